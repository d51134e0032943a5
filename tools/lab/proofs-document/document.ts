import type { BenchReport, FigureRow } from '../bench/evaluate-figure.ts';
import type { ProofReport } from '../proof/proof.ts';

export type Runs = {
  /** Full runs, the last one of each name and seed. */
  readonly proofs: readonly ProofReport[];
  readonly bench: BenchReport | undefined;
  /** Causes of missed figures and failed proofs, by name. */
  readonly causes: Readonly<Record<string, string>>;
  /** Commits since then; undefined: this history does not have it. */
  readonly commitsSince: (commit: string) => number | undefined;
};

export type ProofsDocument = {
  readonly text: string;
  /** Missed figures and failed proofs without a cause. */
  readonly unexplained: readonly string[];
  /** Causes of what is not missed, or was not run. */
  readonly needless: readonly string[];
};

/** `docs/proofs.md` from what the last full runs left behind. */
export function proofsDocument(runs: Runs): ProofsDocument {
  const { bench, proofs, causes } = runs;
  const missed = [
    ...(bench?.results ?? []).filter(({ met }) => met === false).map(({ name }) => name),
    ...new Set(proofs.filter(({ failures }) => failures.length > 0).map(({ name }) => name)),
  ];
  const text = [
    '# Proofs and figures',
    'Written by `npm run bridge -- proofs-document` from the last full runs. Do not edit: causes of what is missed stand in ' +
      '[missed-targets.yaml](missed-targets.yaml).',
    ...benchSection(runs),
    ...proofs.toSorted(byNameAndSeed).flatMap((proof) => proofSection(proof, runs)),
  ].join('\n\n');
  return {
    text: `${text}\n`,
    unexplained: missed.filter((name) => !(name in causes)),
    needless: Object.keys(causes).filter((name) => !missed.includes(name)),
  };
}

function benchSection({ bench, causes, commitsSince }: Runs): string[] {
  if (!bench) return ['## Figures', 'There is no run of `npm run bench`.'];
  const { results, only } = bench;
  const part = only === undefined ? '' : ` Only the groups ${only}.`;
  const where = whereAndWhen({ ...bench, at: bench.measured, age: commitsSince(bench.commit) });
  const causeLines = results
    .filter(({ met }) => met === false)
    .map(({ name }) => `- ${name}: ${causes[name] ?? unknown}`);
  return [
    '## Figures',
    `\`npm run bench\`, ${where} The median of the runs; a floor is the same work with nothing but what cannot be left out.${part}`,
    table(
      ['Figure', 'Value', 'Floor', 'Ratio', 'Target', 'Runs', ''],
      results.map((row) => figureCells(row)),
    ),
    ...(causeLines.length === 0 ? [] : [`Missed:\n\n${causeLines.join('\n')}`]),
  ];
}

function figureCells({ name, value, unit, floor, ratio, target, met, runs }: FigureRow): string[] {
  const verdict = met === null ? '' : met ? 'met' : '**missed**';
  const given = (number: number | null) => number?.toLocaleString('en') ?? '';
  const shown = `${given(value)} ${unit}`.trim();
  return [name, shown, given(floor), given(ratio), target ?? '', runs.map(given).join(' · '), verdict];
}

function proofSection(proof: ProofReport, { causes, commitsSince }: Runs): string[] {
  const { name, seed, figures, failures, seconds, started } = proof;
  const where = whereAndWhen({ ...proof, at: started, age: commitsSince(proof.commit) });
  const failed = [`Cause: ${causes[name] ?? unknown}`, failures.map((failure) => `- ${failure}`).join('\n')];
  return [
    `## Proof: ${name}, seed ${seed}`,
    `${failures.length === 0 ? 'Proved' : '**Failed**'} in ${seconds} s, ${where}`,
    ...(failures.length === 0 ? [] : failed),
    table(
      ['Figure', 'Value'],
      Object.entries(figures).map(([what, value]) => [
        what,
        typeof value === 'number' ? value.toLocaleString('en') : `\`${value}\``,
      ]),
    ),
  ];
}

const unknown = 'not known yet';

type Run = {
  readonly commit: string;
  readonly cores: number;
  readonly at: string;
  readonly age: number | undefined;
};

function whereAndWhen({ commit, cores, at, age }: Run): string {
  const from = `${at.slice(0, 10)}, ${cores} cores, commit \`${commit.slice(0, 8)}\``;
  if (age === undefined) return `${from}, which is not in this history: an old run.`;
  return age === 0 ? `${from}.` : `${from}: an older run, ${age} ${age === 1 ? 'commit' : 'commits'} behind.`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

const byNameAndSeed = (one: ProofReport, other: ProofReport) =>
  one.name.localeCompare(other.name) || one.seed - other.seed;
