import { operatorsUserId } from '@bridge/contracts';
import { deadLetter } from '@bridge/core';
import { testMorning, testTime } from '@bridge/testing';
import { describe, expect, test } from 'vitest';
import { buildSignal } from '../../../test/build-signal.ts';
import { interpretSignal } from './interpret-signal.ts';

const brokerTime = testMorning + 1_000;
const heartbeat = {
  signal_id: 'b'.repeat(32),
  status: 'heartbeat',
  source: 'cognition',
  at: testTime(),
};

const ours = (body: unknown) => interpretSignal({ body, brokerTime, trusted: true });
const partners = (body: unknown) => interpretSignal({ body, brokerTime, trusted: false });

function signalIn(outcome: ReturnType<typeof ours>) {
  if (outcome.kind !== 'ok' || outcome.value.kind !== 'signal') throw new Error('expected a signal');
  return outcome.value.signal;
}

describe('a signed message', () => {
  test('is the signal as it stands', () => {
    const signal = buildSignal();
    expect(signalIn(ours(signal))).toEqual({ ...signal, at: Date.parse(signal.at) });
  });

  test('can be a heartbeat, at the broker’s time', () => {
    const figures = { activeConnections: null, lastAcceptedAt: null, lastDecisionAt: null };
    expect(ours(heartbeat)).toEqual({
      kind: 'ok',
      value: { kind: 'heartbeat', source: 'cognition', at: brokerTime, figures },
    });
  });

  test('can be a heartbeat with figures, none of which lies after the broker’s time', () => {
    const given = {
      active_connections: 2,
      last_accepted_at: testTime(-60),
      last_decision_at: testTime(60),
    };
    expect(ours({ ...heartbeat, ...given })).toMatchObject({
      value: {
        figures: {
          activeConnections: 2,
          lastAcceptedAt: Date.parse(given.last_accepted_at),
          lastDecisionAt: brokerTime,
        },
      },
    });
  });
});

/** As a partner sends it: under a source and a kind of its own. */
const partnerSignal = (given: Parameters<typeof buildSignal>[0] = {}) =>
  buildSignal({ source: 'acme', kind: 'acme.fall', ...given });

describe('a message without a valid signature', () => {
  test.each(['cognition', 'webhook-ingest', 'alerts', 'oura', 'manual'])('may not speak as %s', (source) => {
    expect(partners(buildSignal({ source }))).toEqual(deadLetter('reserved_source'));
    expect(partners({ ...heartbeat, source })).toEqual(deadLetter('reserved_source'));
  });

  test('may not speak to operators: it would reach them without a budget and silence others', () => {
    const signal = buildSignal({ source: 'acme', user_id: operatorsUserId, kind: 'connection.subscription' });
    expect(partners(signal)).toEqual(deadLetter('reserved_person'));
  });

  test.each([
    'rule.pulse_high',
    'rule.invented',
    'connection.subscription',
    'silence.oura',
    'pipeline.stalled',
    'pipeline.unanswered',
  ])('may not raise the kind %s, which is ours', (kind) => {
    for (const status of ['firing', 'unconfirmed', 'resolved'] as const) {
      expect(partners(partnerSignal({ kind, status }))).toEqual(deadLetter('reserved_kind'));
    }
    expect(ours(buildSignal({ kind })).kind).toBe('ok');
  });

  test('may raise a kind that only begins like one of ours', () => {
    expect(partners(partnerSignal({ kind: 'rules_of_acme.fall' })).kind).toBe('ok');
  });

  test('keeps what it says, under ids that it cannot choose', () => {
    const signal = partnerSignal();
    const adopted = signalIn(partners(signal));
    expect(adopted).toMatchObject({ user_id: 'user-1', source: 'acme', evidence: signal.evidence });
    expect(adopted.alert_id).not.toBe(signal.alert_id);
    expect(adopted.signal_id).not.toBe(signal.signal_id);
    expect(signalIn(partners(signal))).toEqual(adopted);
  });

  test('asks nothing: an answer would go to a question of ours', () => {
    const asking = { hypothesis_id: 'e'.repeat(32), question: 'Are you well?', answers: ['fine' as const] };
    const adopted = signalIn(partners(partnerSignal({ summary: 'A fall.', ...asking })));
    expect(adopted).toMatchObject({ summary: 'A fall.' });
    for (const field of Object.keys(asking)) expect(adopted).not.toHaveProperty(field);
  });

  test('has one episode from firing to resolved, and shares it with no other person or partner', () => {
    const idOf = (given: Parameters<typeof buildSignal>[0]) =>
      signalIn(partners(partnerSignal(given))).alert_id;
    expect(idOf({ status: 'resolved' })).toBe(idOf({}));
    expect(idOf({ user_id: 'user-2' })).not.toBe(idOf({}));
    expect(idOf({ source: 'other' })).not.toBe(idOf({}));
  });

  test('counts no decisions: with some counted and some not, no order would be total', () => {
    const adopted = signalIn(partners(partnerSignal({ seq: 7, index: 1 })));
    expect(adopted).not.toHaveProperty('seq');
    expect(adopted).not.toHaveProperty('index');
  });

  test('can be a heartbeat of some partner', () => {
    // More connections than a column has room for, and nobody reads them.
    const body = { ...heartbeat, source: 'acme', active_connections: 2 ** 40, last_accepted_at: testTime() };
    const figures = { activeConnections: null, lastAcceptedAt: null, lastDecisionAt: null };
    expect(partners(body)).toMatchObject({ value: { source: 'partner', figures } });
  });
});

test.each([
  ['no object', 'text', 'invalid_signal'],
  ['a missing field', { ...buildSignal(), user_id: undefined }, 'invalid_signal'],
  ['a day that does not exist', buildSignal({ at: '2026-02-31T00:00:00Z' }), 'invalid_signal'],
  ['a clock far ahead', buildSignal({ at: testTime(5 + 2 / 60) }), 'future_timestamp'],
])('%s is a dead letter', (_name, body, reason) => {
  expect(ours(body)).toEqual(deadLetter(reason));
});
