import { expect, test } from 'vitest';
import { createHandleVendorFailure } from './handle-vendor-failure.ts';
import type { ConnectionSnapshot } from './load-connection.ts';

const opened: ConnectionSnapshot = {
  connectionId: 'c',
  subjectId: 's',
  vendor: 'oura',
  state: 'active',
  since: new Date(0),
  notBefore: undefined,
};
const now = 1_000;
const meet = (isMarked: boolean, status: 401 | 403) =>
  createHandleVendorFailure({ markState: () => Promise.resolve(isMarked), now: () => now })(opened, {
    kind: 'refused',
    status,
  });

test('a consent that is over waits for the person, a lapsed membership for tomorrow', async () => {
  expect(await meet(true, 401)).toBeUndefined();
  expect(await meet(true, 403)).toBe(now + 86_400_000);
});

test('a consent that was given again meanwhile is tried at once', async () => {
  expect(await meet(false, 401)).toBe(now);
  expect(await meet(false, 403)).toBe(now);
});
