import { type AlertChange, type Insight, type ModeTransition } from '@bridge/contracts';
import { buildEvent, buildPartnerMessage, testMorning, testTime } from '@bridge/testing';
import { describe, expect, it } from 'vitest';
import { readFrames, type FrameContent } from './read-frame.ts';

const brokerTime = testMorning + 1_000;
const transition: ModeTransition = {
  transition_id: 'a'.repeat(32),
  user_id: 'ada',
  seq: 3,
  from: 'pattern',
  to: 'reflex',
  at: testTime(),
  confidence: 0.85,
  reason: 'stress_overload',
  rules_fired: ['stress_overload'],
  rules_held: [],
  cause: { event_id: 'b'.repeat(32) },
  rule_set: 'c'.repeat(64),
  policy_version: 1,
};
const change: AlertChange = {
  change_id: 'd'.repeat(32),
  alert_id: 'e'.repeat(32),
  user_id: 'ada',
  kind: 'rule.stress_overload',
  from: null,
  to: 'firing',
  severity: 'critical',
  at: testTime(),
  signal_id: 'f'.repeat(32),
};

const insight: Insight = {
  insight_id: '1'.repeat(32),
  user_id: 'ada',
  seq: 4,
  at: testTime(),
  kind: 'illness_score',
  summary: 'The score of today is 1.2.',
  data: { score: 1.2 },
};

function read(kind: FrameContent['kind'], body: unknown, trusted = true) {
  const [one] = readFrames(kind, { body, raw: Buffer.from(JSON.stringify(body)), brokerTime, trusted });
  if (one === undefined) throw new Error('a message had no outcome');
  return one;
}

describe('readFrames', () => {
  it('shows events, transitions, alert changes and insights under their own ids', () => {
    const event = buildEvent({ user_id: 'ada' });
    expect(read('event', event)).toMatchObject({ kind: 'ok', value: { id: event.event_id, userId: 'ada' } });
    expect(read('transition', transition)).toMatchObject({
      value: { id: transition.transition_id, userId: 'ada' },
    });
    expect(read('alert', change)).toMatchObject({ value: { id: change.change_id, userId: 'ada' } });
    expect(read('insight', insight)).toMatchObject({ value: { id: insight.insight_id, body: insight } });
  });

  it('shows what somebody did to an alert, which names no signal', () => {
    const acknowledged = {
      ...change,
      signal_id: undefined,
      from: 'firing',
      change: 'acknowledged',
      by: 'key-1',
      acknowledged_until: null,
    };
    const sent: unknown = JSON.parse(JSON.stringify(acknowledged));
    expect(read('alert', sent)).toMatchObject({ value: { id: change.change_id, body: sent } });
  });

  it("shows a partner's event as cognition reads it", () => {
    const body: unknown = JSON.parse(buildPartnerMessage().toString());
    expect(read('event', body, false)).toMatchObject({ kind: 'ok', value: { userId: 'test_user_123' } });
  });

  it("shows every event of a partner's list, and skips one that is refused", () => {
    const body = JSON.parse(buildPartnerMessage().toString()) as object;
    const list = [body, { ...body, metrics: {} }, { ...body, user_id: 'bob' }];
    const raw = Buffer.from(JSON.stringify(list));
    expect(readFrames('event', { body: list, raw, brokerTime, trusted: false })).toMatchObject([
      { kind: 'ok' },
      { kind: 'deadLetter', reason: 'no_readings' },
      { kind: 'ok', value: { userId: 'bob' } },
    ]);
  });

  it('leaves out fields that a newer version added', () => {
    const outcome = read('transition', { ...transition, added: 'x' });
    expect(outcome.kind === 'ok' && outcome.value.body).toEqual(transition);
  });

  it.each([
    ['an event that pretends to be ours', 'event', buildEvent(), 'reserved_source'],
    ['a transition that nobody signed', 'transition', transition, 'unsigned'],
    ['an alert change that nobody signed', 'alert', change, 'unsigned'],
    ['an insight that nobody signed', 'insight', insight, 'unsigned'],
  ] as const)('shows nothing of %s', (_what, kind, body, reason) => {
    expect(read(kind, body, false)).toMatchObject({ kind: 'deadLetter', reason });
  });

  it.each([
    ['event', 'text', 'invalid_event'],
    ['transition', { ...transition, to: 'sleepy' }, 'invalid'],
    ['alert', null, 'invalid'],
    ['insight', { ...insight, kind: 'rumour' }, 'invalid'],
  ] as const)('shows nothing of a malformed %s', (kind, body, reason) => {
    expect(read(kind, body)).toMatchObject({ kind: 'deadLetter', reason });
  });
});
