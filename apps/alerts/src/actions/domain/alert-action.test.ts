import { testMorning, testTime } from '@bridge/testing';
import { expect, test } from 'vitest';
import { deadlineOf, requestKey } from './alert-action.ts';

test('a deadline is given as a time, as minutes from now, or not at all', () => {
  expect(deadlineOf({ until: testTime(60) }, testMorning)).toEqual({
    ok: true,
    until: testMorning + 3_600_000,
  });
  expect(deadlineOf({ for_minutes: 90 }, testMorning)).toEqual({ ok: true, until: testMorning + 5_400_000 });
  expect(deadlineOf({}, testMorning)).toEqual({ ok: true, until: null });
});

test.each([
  ['now', testTime(), 'must lie in the future'],
  ['in the past', testTime(-1), 'must lie in the future'],
  ['too far ahead', testTime(90 * 1_440 + 1), 'must lie at most 90 days ahead'],
])('a deadline %s is refused', (_name, until, message) => {
  expect(deadlineOf({ until }, testMorning)).toEqual({ ok: false, problem: { path: 'until', message } });
});

test('the same id with another action, alert or key of the caller is another request', () => {
  const request = { alertId: 'a'.repeat(32), type: 'acknowledge', by: 'key-1' } as const;
  const key = requestKey('click', request);
  expect(requestKey('click', { ...request })).toEqual(key);
  for (const other of [{ type: 'resolve' }, { alertId: 'b'.repeat(32) }, { by: 'key-2' }] as const)
    expect(requestKey('click', { ...request, ...other })).not.toEqual(key);
});
