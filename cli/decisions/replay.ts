import type { Log } from '@bridge/core';
import {
  eventsAfter,
  eventsUpTo,
  loadRuleFile,
  loadSnapshot,
  noteAccess,
  rebuildState,
  switchesOf,
  type Archive,
} from '@bridge/decision-store';
import {
  compareSwitches,
  createDecisionTally,
  replayHistory,
  sharesOf,
  type DecisionSummary,
  type PersonHistory,
  type RuleSet,
} from '@bridge/mode-policy';
import type { Env } from '@bridge/service-runtime';
import type { LiveSubject } from '@bridge/vault';
import { Command, InvalidArgumentError } from 'commander';
import { addExamples } from '../examples.ts';
import type { Print } from '../run-program.ts';
import { parseInstant } from './parse-instant.ts';
import { withArchive } from './with-archive.ts';

type ReplayOptions = {
  readonly user: string;
  /** In ms since 1970; absent: from the beginning. */
  readonly from?: number;
  readonly config: string;
  readonly against?: string;
};

/** `replay`: reads POSTGRES_URL or POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function replayCommand(env: Env, _log: Log, print: Print): Command {
  const command = new Command('replay')
    .description("Show how other rules would have decided one person's events.")
    .requiredOption('--user <user id>', 'whose events to decide')
    .option(
      '--from <instant>',
      'show switches from this date, or date and time, on; events before it are decided all the same',
      instant,
    )
    .option('--config <file>', 'rules to decide with', 'config/neuros.yaml')
    .option('--against <file>', 'rules to compare with (default: the recorded decisions)')
    .action(async (options: ReplayOptions) => {
      // Before anything is connected: a file that is missing or bad ends the command here.
      const { rules } = await loadRuleFile(options.config);
      const others = options.against === undefined ? undefined : await loadRuleFile(options.against);
      const comparison = { user: options.user, from: options.from ?? 0, rules, others: others?.rules };
      const isFound = await withArchive(env, (archive) => replay(archive, comparison, Date.now(), print));
      if (!isFound) process.exitCode = 1;
    });
  return addExamples(command, 'replay --user ada --from 2026-11-01T06:00:00+01:00 --config other.yaml');
}

function instant(text: string): number {
  const parsed = parseInstant(text);
  if (parsed !== undefined) return parsed;
  throw new InvalidArgumentError(
    'It must be a date such as 2026-11-01, or a date and time with Z or an offset.',
  );
}

export type Comparison = {
  readonly user: string;
  readonly from: number;
  readonly rules: RuleSet;
  /** undefined: the recorded decisions. */
  readonly others: RuleSet | undefined;
};

/**
 * Decides all of the person's events, so that usual values are there, and compares the switches from `from` on. Returns
 * whether anything is stored of the person.
 */
export async function replay(
  archive: Archive,
  { user, from, rules, others }: Comparison,
  now: number,
  print: Print,
): Promise<boolean> {
  const person = (await archive.vault.find([user])).get(user);
  const snapshot =
    person && !person.erased ? await loadSnapshot(archive.query, person, { order: 'asc' }) : undefined;
  if (!person || person.erased || !snapshot) {
    print('Nothing is stored of this person that this policy decided.');
    return false;
  }
  await noteAccess(archive.query, person, 'replay');
  const history: PersonHistory = {
    userId: person.userId,
    start: snapshot.state,
    earlier: await eventsUpTo(archive.query, person, snapshot.seq),
    events: await eventsAfter(archive.query, person, snapshot.seq),
  };
  const before =
    others === undefined
      ? await recordedSummary(archive, person, { from, now, afterSeq: snapshot.seq })
      : summaryBy(others, history, { from, now });
  const after = summaryBy(rules, history, { from, now });
  const lines = compareSwitches(before.switches, after.switches);
  for (const line of lines) print(line);
  print(`before  ${describeSummary(before)}`);
  print(`after   ${describeSummary(after)}`);
  const differences = lines.filter((line) => !line.startsWith('=')).length;
  print(`${history.events.length} events; ${differences} differences`);
  return true;
}

type Span = { readonly from: number; readonly now: number };

function summaryBy(rules: RuleSet, history: PersonHistory, { from, now }: Span): DecisionSummary {
  const tally = createDecisionTally(from);
  replayHistory(rules, history, now, tally.add);
  return tally.end(now);
}

/** Switches as they were recorded; of alerts no record is kept, so those decisions are made again by their own rules. */
async function recordedSummary(
  { query, kept }: Archive,
  person: LiveSubject,
  { from, now, afterSeq }: Span & { readonly afterSeq: number },
): Promise<DecisionSummary> {
  const tally = createDecisionTally(from);
  const rebuilt = await rebuildState(query, kept, person, { from: 'beginning', onDecision: tally.add });
  if (!rebuilt) throw new Error('The person was erased meanwhile.');
  const switches = await switchesOf(query, person, afterSeq);
  return { ...tally.end(now), switches: switches.filter(({ at }) => Date.parse(at) >= from) };
}

function describeSummary({ alerts, modes }: DecisionSummary): string {
  const counted = Object.entries(alerts).map(([name, count]) => `${count} × ${name}`);
  const shares = Object.entries(sharesOf(modes)).map(
    ([mode, share]) => `${mode} ${(share * 100).toFixed(1)} %`,
  );
  return `alerts: ${counted.join(', ') || 'none'}; time: ${shares.join(', ') || 'none'}`;
}
