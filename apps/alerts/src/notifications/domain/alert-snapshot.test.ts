import { testMorning } from '@bridge/testing';
import { DataKey } from '@bridge/vault';
import { expect, test } from 'vitest';
import { buildSignal } from '../../../test/build-signal.ts';
import { decide, evolve, initial } from '../../episodes/domain/episode.ts';
import { alertSnapshot } from './alert-snapshot.ts';

const [one, other] = [{ key: DataKey.random() }, { key: DataKey.random() }];

function episodeWith(summary: string) {
  const decision = decide(initial, { ...buildSignal(), at: testMorning, summary });
  if (decision.kind !== 'ok') throw new Error('expected a change');
  return evolve(initial, decision.value);
}

test('the mark of a summary tells it from another one, and to nobody without the key which it is', () => {
  const markOf = (summary: string, person = one) => alertSnapshot(episodeWith(summary), person).summaryHash;
  expect(markOf('Pulse 141 at rest.')).toBe(markOf('Pulse 141 at rest.'));
  expect(markOf('Pulse 142 at rest.')).not.toBe(markOf('Pulse 141 at rest.'));
  expect(markOf('Pulse 141 at rest.', other)).not.toBe(markOf('Pulse 141 at rest.'));
});
