import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { allPersons, connectArchive, rebuildState, unsealState } from '@bridge/decision-store';

// `npm run verify` decides every person's stored events and ticks again, one after the other in `seq` order, and
// compares with what is stored. Prints one line of JSON, {persons, steps, signals, signalsDigest, differences: {kind:
// count}}; exits 1 if anything differs. The digest is of all alert signals' ids, sorted.
const archive = connectArchive(process.env);
const { query, vault, kept } = archive;

const result = {
  persons: 0,
  steps: 0,
  signals: 0,
  signalsDigest: '',
  differences: {} as Record<string, number>,
};
const signalIds: string[] = [];
const differs = (kind: string) => {
  result.differences[kind] = (result.differences[kind] ?? 0) + 1;
};
for await (const { person, stored } of allPersons(query, vault)) {
  const state = unsealState(stored.state, person);
  // Up to what this state holds: the person may be decided on right now.
  const rebuilt = await rebuildState(query, kept, person, { from: 'beginning', upTo: state.seq });
  result.persons += 1;
  if (!rebuilt) {
    differs('no_snapshot');
    continue;
  }
  result.steps += rebuilt.steps;
  signalIds.push(...rebuilt.signalIds);
  const transitions = await query<{ id: Buffer }>(
    'select transition_id id from cognitive_mode_transitions where subject_id = $1 and seq <= $2 order by seq',
    [person.subjectId, state.seq],
  );
  if (rebuilt.gaps !== 0) differs('seq_gap');
  if (!isDeepStrictEqual(rebuilt.state, state)) differs('state');
  const ids = transitions.map(({ id }) => id.toString('hex'));
  if (!isDeepStrictEqual(rebuilt.transitionIds, ids)) differs('transitions');
}
await archive.close();
result.signals = signalIds.length;
result.signalsDigest = hash('sha256', signalIds.sort().join('\n'), 'hex');
process.stdout.write(`${JSON.stringify(result)}\n`);
process.exitCode = Object.keys(result.differences).length > 0 ? 1 : 0;
