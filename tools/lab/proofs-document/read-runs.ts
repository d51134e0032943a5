import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { BenchReport } from '../bench/evaluate-figure.ts';
import type { ProofReport } from '../proof/proof.ts';
import type { Runs } from './document.ts';

/** The full runs that `root/.local` holds. A cut or a shortened run proves less and does not count. */
export function readRuns(root: string): Runs {
  const local = join(root, '.local');
  const bench = join(local, 'bench/latest.json');
  const causes = join(root, 'docs/missed-targets.yaml');
  return {
    proofs: lastOfEachSeed(
      globSync('proofs/*.json', { cwd: local }).map((file) => readJson(join(local, file)) as ProofReport),
    ),
    bench: existsSync(bench) ? (readJson(bench) as BenchReport) : undefined,
    causes: parse(readFileSync(causes, 'utf8')) as Record<string, string>,
    commitsSince: (commit) => commitsSince(root, commit),
  };
}

export function lastOfEachSeed(reports: readonly ProofReport[]): ProofReport[] {
  const full = reports.filter(({ short, shortened }) => !short && shortened !== true);
  const oldestFirst = full.toSorted((one, other) => one.started.localeCompare(other.started));
  return [...new Map(oldestFirst.map((report) => [`${report.name} ${report.seed}`, report])).values()];
}

const readJson = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

function commitsSince(root: string, commit: string): number | undefined {
  try {
    const range = ['rev-list', '--count', `${commit}..HEAD`];
    return Number(
      execFileSync('git', range, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    );
  } catch {
    return undefined; // of a history that was rewritten or is shallow
  }
}
