import { expect, test } from 'vitest';
import { failureOf } from './failure.ts';

test.each([
  [undefined, 'away'],
  [503, 'away'],
  [429, 'away'],
  [401, 'signed_out'],
  [403, 'refused'],
  [404, 'missing'],
  [405, 'missing'],
  [409, 'conflict'],
  [412, 'conflict'],
  [422, 'invalid'],
  [400, 'invalid'],
  [500, 'failed'],
])('status %s is said in words', (status, kind) => {
  const failure = failureOf(status);
  expect(failure.kind).toBe(kind);
  expect(failure.title).toMatch(/^[A-Z].+[a-z]$/);
  expect(failure.detail).toMatch(/\.$/);
});

test("the server's own words and the fields at fault are kept", () => {
  const errors = [{ path: 'from', message: 'must be before to' }];
  const body = { detail: 'A parameter does not validate.', errors, trace_id: '0af7' };
  expect(failureOf(400, body)).toMatchObject({ detail: body.detail, fields: errors, traceId: '0af7' });
});
