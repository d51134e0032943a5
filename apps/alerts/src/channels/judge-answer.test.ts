import { expect, test } from 'vitest';
import { judgeAnswer } from './judge-answer.ts';

const now = Date.UTC(2026, 10, 20, 12);
const judge = (status: number, refusesForGood: boolean, headers = {}) =>
  judgeAnswer({ kind: 'answer', status, headers, body: 'a secret' }, now, refusesForGood);

test.each([
  [200, 'delivered'],
  [204, 'delivered'],
  [301, 'failed'],
  [308, 'failed'],
  [400, 'refused'],
  [401, 'refused'],
  [404, 'refused'],
  [408, 'failed'],
  [410, 'gone'],
  [425, 'failed'],
  [429, 'failed'],
  [500, 'failed'],
  [599, 'failed'],
])('%s is %s where a 4xx is final', (status, kind) => {
  expect(judge(status, true).kind).toBe(kind);
});

test('a 4xx may pass where nobody says that it does not', () => {
  expect(judge(400, false)).toEqual({ kind: 'failed', reason: 'rejected', status: 400 });
  expect(judge(410, false)).toEqual({ kind: 'gone', status: 410 });
});

test.each([
  ['30', 30_000],
  ['Fri, 20 Nov 2026 12:02:00 GMT', 120_000],
  ['Fri, 20 Nov 2026 11:00:00 GMT', 0],
  ['31536000', 86_400_000],
])('Retry-After: %s', (header, expected) => {
  expect(judge(503, true, { 'retry-after': header })).toMatchObject({ retryAfterMs: expected });
});

test('a Retry-After that nobody can read is none', () => {
  expect(judge(503, true, { 'retry-after': 'soon' })).not.toHaveProperty('retryAfterMs');
});

test('our own faults are refused; those of the network are not', () => {
  expect(judgeAnswer({ kind: 'failed', reason: 'template' }, now, true).kind).toBe('refused');
  expect(judgeAnswer({ kind: 'failed', reason: 'settings' }, now, false).kind).toBe('refused');
  expect(judgeAnswer({ kind: 'failed', reason: 'certificate' }, now, true).kind).toBe('failed');
});
