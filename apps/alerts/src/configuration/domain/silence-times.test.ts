import type { AlertMatch } from '@bridge/contracts';
import { testMorning, testTime } from '@bridge/testing';
import { expect, test } from 'vitest';
import { planSilence, silencesOnly, silenceState } from './silence-times.ts';

const match: AlertMatch = { kind: ['rule.pulse_high'] };
const context = { now: testMorning, groups: new Set(['team']) };
const day = 24 * 60;

test('a silence begins now unless its begin is given', () => {
  const body = { match, ends_at: testTime(60), comment: 'swimming' };
  const endsAt = testMorning + 3_600_000;
  expect(planSilence(body, context)).toEqual({
    kind: 'planned',
    times: { beginsAt: testMorning, endsAt },
  });
  expect(planSilence({ ...body, begins_at: testTime(30) }, context)).toMatchObject({
    times: { beginsAt: testMorning + 1_800_000 },
  });
  // The caller's clock is a little behind.
  expect(planSilence({ ...body, begins_at: testTime(-4) }, context)).toMatchObject({
    times: { beginsAt: testMorning },
  });
});

test.each([
  ['a begin in the past', { begins_at: testTime(-6), ends_at: testTime(60) }, 'begins_at'],
  ['an end in the past', { ends_at: testTime(-1) }, 'ends_at'],
  ['an end before its begin', { begins_at: testTime(60), ends_at: testTime(30) }, 'ends_at'],
  ['no length', { begins_at: testTime(60), ends_at: testTime(60) }, 'ends_at'],
  ['more than 90 days', { ends_at: testTime(90 * day + 1) }, 'ends_at'],
  ['an unknown group', { ends_at: testTime(60), match: { group: ['teem'] } }, 'match.group.0'],
  [
    'a matcher of 10 kB',
    { ends_at: testTime(60), match: { user_id: Array.from({ length: 1000 }, (_, n) => `person-${n}`) } },
    'match',
  ],
])('a silence with %s is refused', (_what, fields, path) => {
  const plan = planSilence({ match, comment: 'x', ...fields }, context);
  expect(plan).toMatchObject({ kind: 'invalid', problems: [{ path }] });
});

test('90 days are taken', () => {
  const plan = planSilence({ match, comment: 'x', ends_at: testTime(90 * day) }, context);
  expect(plan.kind).toBe('planned');
});

test('the state follows from the times', () => {
  const times = { beginsAt: 100, endsAt: 200 };
  expect([99, 100, 199, 200].map((now) => silenceState(times, now))).toEqual([
    'pending',
    'active',
    'active',
    'expired',
  ]);
});

test.each<[AlertMatch, boolean]>([
  [{ user_id: ['a', 'b'] }, true],
  [{ user_id: ['a'], kind: ['rule.x'] }, true],
  [{ user_id: ['a', 'c'] }, false],
  [{ user_id: [{ prefix: 'a' }] }, false],
  [{ group: ['team'] }, false],
  [{ kind: ['rule.x'] }, false],
])('whether %o concerns only some persons', (given, expected) => {
  expect(silencesOnly(given, new Set(['a', 'b']))).toBe(expected);
  expect(silencesOnly(given, undefined)).toBe(true);
});
