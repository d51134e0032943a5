import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import {
  allPersons,
  rebuildState,
  unsealState,
  type Archive,
  type StoredState,
} from '@bridge/decision-store';
import type { LiveSubject } from '@bridge/vault';

export type Verification = {
  persons: number;
  /** Events and ticks that were decided again. */
  steps: number;
  signals: number;
  /** SHA-256 of all alert signals' ids, sorted, in hex. */
  signalsDigest: string;
  /** Persons whose results differ from the tables, by kind of difference. */
  readonly differences: Record<string, number>;
};

/** Decides every person's stored events and ticks again, in `seq` order, and compares the results with the tables. */
export async function verifyStates(archive: Archive): Promise<Verification> {
  const signalIds: string[] = [];
  const result: Verification = { persons: 0, steps: 0, signals: 0, signalsDigest: '', differences: {} };
  for await (const { person, stored } of allPersons(archive.query, archive.vault)) {
    result.persons += 1;
    const one = await verifyPerson(archive, person, stored);
    result.steps += one.steps;
    signalIds.push(...one.signalIds);
    for (const kind of one.differences) result.differences[kind] = (result.differences[kind] ?? 0) + 1;
  }
  result.signals = signalIds.length;
  result.signalsDigest = hash('sha256', signalIds.sort().join('\n'), 'hex');
  return result;
}

async function verifyPerson({ query, kept }: Archive, person: LiveSubject, stored: StoredState) {
  const state = unsealState(stored.state, person);
  // Up to this state's own `seq`: the person may be decided on right now.
  const rebuilt = await rebuildState(query, kept, person, { from: 'beginning', upTo: state.seq });
  if (!rebuilt) return { steps: 0, signalIds: [], differences: ['no_snapshot'] };
  const transitions = await query<{ id: Buffer }>(
    'select transition_id id from cognitive_mode_transitions where subject_id = $1 and seq <= $2 order by seq',
    [person.subjectId, state.seq],
  );
  const ids = transitions.map(({ id }) => id.toString('hex'));
  const differences = [
    ...(rebuilt.gaps === 0 ? [] : ['seq_gap']),
    ...(isDeepStrictEqual(rebuilt.state, state) ? [] : ['state']),
    ...(isDeepStrictEqual(rebuilt.transitionIds, ids) ? [] : ['transitions']),
  ];
  return { steps: rebuilt.steps, signalIds: rebuilt.signalIds, differences };
}
