import { drop, ok } from '@bridge/core';
import type { IncomingMessage } from '@bridge/kafka';
import { expect, test } from 'vitest';
import { buildSignal } from '../../test/build-signal.ts';
import { decide, evolve, initial, statusOf, type Episode } from '../episodes/domain/episode.ts';
import type { TimedSignal } from '../episodes/domain/timed-signal.ts';
import { handleAlertSignals, type SignalContext } from './handle-alert-signals.ts';

const message = (offset: number): IncomingMessage => ({
  topic: 'biometric.alerts',
  partition: 0,
  offset,
  key: null,
  value: null,
  headers: { traceparent: '00-trace' },
  brokerTime: 0,
});

const signal = (given: Parameters<typeof buildSignal>[0] & { minute: number }): TimedSignal => {
  const { minute, ...fields } = given;
  return { ...buildSignal({ cause: String(minute), ...fields }), at: minute * 60_000 };
};

function handle(signals: readonly TimedSignal[], known: Partial<SignalContext> = {}) {
  return handleAlertSignals(
    signals.map((one, offset) => ({
      message: message(offset),
      outcome: ok({ kind: 'signal', signal: one }),
    })),
    {
      fresh: new Set(signals.map(({ signal_id }) => signal_id)),
      erasedUsers: new Set(),
      episodes: new Map(),
      ...known,
    },
  );
}

const outcomes = (result: ReturnType<typeof handle>) => result.map(({ outcome }) => outcome);

/** Each change as from, to and version; anything else as it is. */
const changes = (result: ReturnType<typeof handle>) =>
  outcomes(result).map((outcome) => {
    if (outcome.kind !== 'ok' || !('after' in outcome.value)) return outcome;
    const { before, after } = outcome.value;
    return [status(before), status(after), after.version];
  });
const status = (episode: Episode | null) => episode && statusOf(episode);

test('signals of one batch meet the episode as the ones before left it', () => {
  const signals = [
    signal({ minute: 1 }),
    signal({ minute: 2 }),
    signal({ minute: 3, status: 'resolved' }),
    signal({ minute: 2, cause: 'late' }),
    signal({ minute: 4 }),
  ];
  expect(changes(handle(signals))).toEqual([
    [null, 'firing', 1],
    ['firing', 'firing', 2],
    ['firing', 'resolved', 3],
    drop('already_resolved'),
    ['resolved', 'firing', 4],
  ]);
});

test('a repeated signal changes nothing, whether it repeats within the batch or an earlier one', () => {
  const once = signal({ minute: 1 });
  expect(outcomes(handle([once, once])).slice(1)).toEqual([drop('duplicate')]);
  const again = handle([once], { fresh: new Set() });
  expect(outcomes(again)).toEqual([drop('duplicate')]);
});

test('goes on from the stored episode', () => {
  const first = signal({ minute: 1 });
  const decision = decide(initial, first);
  if (decision.kind !== 'ok') throw new Error('expected it to open');
  const stored = evolve(initial, decision.value);
  const result = handle([signal({ minute: 5, status: 'resolved' })], {
    episodes: new Map([[stored.alertId, stored]]),
  });
  expect(changes(result)).toEqual([['firing', 'resolved', 2]]);
});

test('an erased person gets no episode, and an erased person’s episode goes to nobody else', () => {
  const one = signal({ minute: 1 });
  expect(outcomes(handle([one], { erasedUsers: new Set(['user-1']) }))).toEqual([drop('erased')]);
  const taken = handle([one], { episodes: new Map([[one.alert_id, 'erased']]) });
  expect(outcomes(taken)).toMatchObject([{ kind: 'deadLetter', reason: 'foreign_episode' }]);
});

test('a signal of an episode that cannot be read is a dead letter: it must not begin anew over the old row', () => {
  const one = signal({ minute: 1 });
  const taken = handle([one], { episodes: new Map([[one.alert_id, 'unreadable']]) });
  expect(outcomes(taken)).toMatchObject([{ kind: 'deadLetter', reason: 'unreadable_episode' }]);
});

test('changes repeat when a batch is handled again', () => {
  const again = () => outcomes(handle([signal({ minute: 1 }), signal({ minute: 2 })]));
  expect(again()).toEqual(again());
});
