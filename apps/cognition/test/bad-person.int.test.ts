import type { Postgres } from '@bridge/postgres';
import { measured, randomName, testMorning } from '@bridge/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventsTopic, openOwnedWorker, type Worker } from './open-worker.ts';

// One person who cannot be decided, among others whose time passes.

let worker: Worker;
let owner: Postgres;
let close: () => Promise<void>;
let offset = 0;

beforeAll(async () => {
  ({ worker, owner, close } = await openOwnedWorker());
  await worker.positions.start(eventsTopic, 0, 0, 'cluster');
});
afterAll(() => close());

const minutes = (count: number) => testMorning + count * 60_000;

/** Enters reflex at seven; the first one named is due first. */
async function enterReflex(users: readonly string[]) {
  for (const [nr, user] of users.entries()) {
    await worker.decide([worker.ownMessage({ partition: 0, offset: offset++ }, measured(user, nr, 25, 65))]);
  }
  const found = await worker.vault.find(users);
  return users.map((user) => found.get(user)?.subjectId ?? '');
}
async function rowOf(subjectId: string | undefined) {
  const [row] = await owner.query<{ mode: string; due: Date | null }>(
    'select mode, next_due due from neuros_checkpoints where thread_id = $1',
    [subjectId],
  );
  return row;
}
const postponed = async () =>
  (await worker.metrics.getSingleMetric('cognitive_ticks_postponed_total')?.get())?.values[0]?.value;

const damages = {
  'whose key no key-encryption key unwraps': (subjectId: string) =>
    owner.query(
      `update keys.subject_keys set wrapped = decode(repeat('00', 60), 'hex') where subject_id = $1`,
      [subjectId],
    ),
  'whose state is unreadable and cannot be decided again': async (subjectId: string) => {
    const noise = Buffer.from('01020304', 'hex');
    await owner.query('update neuros_checkpoints set state = $2 where thread_id = $1', [subjectId, noise]);
    await owner.query('update biometric_events set payload = $2 where subject_id = $1', [subjectId, noise]);
  },
};

it.each(Object.entries(damages))('a person %s holds up nobody else', async (_name, damage) => {
  const before = (await postponed()) ?? 0;
  const users = Array.from({ length: 5 }, () => randomName('user'));
  const [bad = '', ...others] = await enterReflex(users);
  await damage(bad);
  worker.vault.forget([bad, ...others]);

  expect(await worker.decideDue(minutes(120))).toBe(others.length);
  // Their alerts stay open until they expire.
  for (const other of others)
    expect(await rowOf(other)).toEqual({ mode: 'pattern', due: expect.any(Date) as Date });
  expect(await rowOf(bad)).toEqual({ mode: 'reflex', due: new Date(minutes(130)) });
  expect(await postponed()).toBe(before + 1);

  expect(await worker.decideDue(minutes(121)), 'left alone for a while').toBe(0);
  expect(await postponed()).toBe(before + 1);
  expect(await worker.decideDue(minutes(131))).toBe(0);
  expect(await postponed(), 'looked at again').toBe(before + 2);
});
