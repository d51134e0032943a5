import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { retryVerdict } from '@bridge/core';
import {
  allPersons,
  keptRuleSets,
  rebuildState,
  unsealState,
  type Archive,
  type StoredPerson,
} from '@bridge/decision-store';
import {
  addSummaries,
  createDecisionTally,
  nextDue,
  policyVersion,
  sharesOf,
  type DecisionSummary,
  type PersonState,
  type RuleSet,
} from '@bridge/mode-policy';
import type { LiveSubject } from '@bridge/vault';

export type Verification = {
  persons: number;
  /** Persons who were not decided under this policy yet: their next decision reads their history again. */
  olderPolicy: number;
  /** Events and ticks that were decided again. */
  steps: number;
  signals: number;
  /** SHA-256 of all alert signals' ids, sorted, in hex. */
  signalsDigest: string;
  /** Persons whose results differ from the tables, by kind of difference. */
  readonly differences: Record<string, number>;
  /** Alerts that were raised, by rule and highest severity. */
  alerts: DecisionSummary['alerts'];
  /** Shares of the time in each mode, of all persons together. */
  shares: Readonly<Record<string, number>>;
};

export type PersonFault = { readonly subjectId: string; readonly differences: readonly string[] };

type PersonResult = {
  readonly differences: readonly string[];
  readonly steps: number;
  readonly signalIds: readonly string[];
  readonly summary: Omit<DecisionSummary, 'switches'>;
};

const nothing = { steps: 0, signalIds: [], summary: { alerts: {}, modes: {} } };

/**
 * Decides every person's stored events and ticks again, in `seq` order, and compares the results with the tables. A person
 * at fault is named, and the others follow. Throws when a server is away.
 */
export async function verifyStates(
  archive: Archive,
  onFault: (fault: PersonFault) => void,
): Promise<Verification> {
  const signalIds: string[] = [];
  const differences: Record<string, number> = {};
  const rules = await keptRuleSets(archive.query);
  let [persons, olderPolicy, steps] = [0, 0, 0];
  let summary: PersonResult['summary'] = nothing.summary;
  for await (const { person, stored } of allPersons(archive.query, archive.vault)) {
    persons += 1;
    if ((stored.policyVersion ?? 0) < policyVersion) {
      olderPolicy += 1;
      continue;
    }
    const one = await verifyOrName(archive, person, stored, rules);
    steps += one.steps;
    signalIds.push(...one.signalIds);
    summary = addSummaries(summary, one.summary);
    for (const kind of one.differences) differences[kind] = (differences[kind] ?? 0) + 1;
    if (one.differences.length > 0) onFault({ subjectId: stored.subjectId, differences: one.differences });
  }
  const signalsDigest = hash('sha256', signalIds.sort().join('\n'), 'hex');
  const { alerts, modes } = summary;
  return {
    ...{ persons, olderPolicy, steps, signals: signalIds.length, signalsDigest, differences },
    ...{ alerts, shares: sharesOf(modes) },
  };
}

/** Whatever is wrong with one person's rows or keys is a difference of that person. */
async function verifyOrName(
  archive: Archive,
  person: LiveSubject | Error,
  stored: StoredPerson,
  rules: readonly RuleSet[],
): Promise<PersonResult> {
  if (person instanceof Error) return { ...nothing, differences: [nameOf(person)] };
  try {
    return await verifyPerson(archive, person, stored, rules);
  } catch (error) {
    if (retryVerdict(error) !== 'permanent') throw error;
    return { ...nothing, differences: [nameOf(error)] };
  }
}

/** `unreadable` with the code, which names no data. */
function nameOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : (error as Error).name;
  return `unreadable (${code})`;
}

async function verifyPerson(
  { query, kept }: Archive,
  person: LiveSubject,
  stored: StoredPerson,
  rules: readonly RuleSet[],
): Promise<PersonResult> {
  const state = unsealState(stored.state, person);
  const tally = createDecisionTally();
  // Up to this state's own `seq`: the person may be decided on right now.
  const rebuilt = await rebuildState(query, kept, person, {
    from: 'beginning',
    upTo: state.seq,
    onDecision: tally.add,
  });
  const columns = columnsAtFault(stored, state, rules);
  if (!rebuilt) return { ...nothing, differences: ['no_snapshot', ...columns] };
  const transitions = await query<{ id: Buffer }>(
    `select transition_id id from cognitive_mode_transitions
      where subject_id = $1 and seq > $2 and seq <= $3 order by seq`,
    [person.subjectId, rebuilt.firstSeq, state.seq],
  );
  const ids = transitions.map(({ id }) => id.toString('hex'));
  const differences = [
    ...(rebuilt.gaps === 0 ? [] : ['seq_gap']),
    ...(isDeepStrictEqual(rebuilt.state, state) ? [] : ['state']),
    ...(isDeepStrictEqual(rebuilt.transitionIds, ids) ? [] : ['transitions']),
    ...columns,
  ];
  const { steps, signalIds } = rebuilt;
  return { differences, steps, signalIds, summary: tally.end(state.now) };
}

/** The columns that operators and the sweeper read must say what the sealed state says. */
function columnsAtFault(stored: StoredPerson, state: PersonState, rules: readonly RuleSet[]): string[] {
  return [
    ...(stored.mode === state.mode ? [] : ['column mode']),
    ...(stored.seq === state.seq ? [] : ['column seq']),
    ...(isDueInTime(stored.nextDue, state, rules) ? [] : ['column next_due']),
  ];
}

/** After a change of the rules it may be earlier than it need be, never later, and never missing. */
function isDueInTime(stored: Date | null, state: PersonState, rules: readonly RuleSet[]): boolean {
  const dues = rules.map((one) => nextDue(state, one));
  if (stored === null) return dues.every((due) => due === null);
  return dues.some((due) => due !== null && due >= stored.getTime());
}
