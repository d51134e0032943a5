import { startSealing } from '@bridge/vault';
import { afterAll, expect } from 'vitest';

const lost: Error[] = [];

/** One thread for all workers of a test file. */
export const sealing = startSealing({ onLost: (reason) => lost.push(reason) });

afterAll(async () => {
  await sealing.close();
  expect(lost).toEqual([]);
});
