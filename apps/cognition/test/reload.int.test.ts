import type { Postgres } from '@bridge/postgres';
import { measured, randomName, testMorning } from '@bridge/testing';
import { requireRules } from '@bridge/mode-policy';
import { keepRuleSet } from '@bridge/decision-store';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { eventsTopic, movesOf, openOwnedWorker, rulesSource, type Worker } from './open-worker.ts';

// The rules change while nobody measures anything: every due time follows within a minute.

let worker: Worker;
let owner: Postgres;
let close: () => Promise<void>;
let offset = 0;

beforeAll(async () => {
  ({ worker, owner, close } = await openOwnedWorker());
  await worker.positions.start(eventsTopic, 0, 0, 'cluster');
});
afterAll(() => close());

const at = (minute: number) => testMorning + minute * 60_000;
const justAfter = (minute: number) => new Date(at(minute) + 1);

/** A reflex holds at most so long after it last fired. */
async function reload(reflexAtMost: string): Promise<void> {
  const source = rulesSource.replace('reflex_at_most: 1h', `reflex_at_most: ${reflexAtMost}`);
  const rules = requireRules(source, 'neuros.yaml');
  worker.active.rules = await keepRuleSet(worker.postgres.query, { rules, source });
}

const stressed = (user: string) =>
  worker.ownMessage({ partition: 0, offset: offset++ }, measured(user, 0, 25, 65));

async function rowOf(user: string) {
  const person = (await worker.vault.find([user])).get(user);
  const [row] = await owner.query<{ mode: string; due: Date | null }>(
    'select mode, next_due due from neuros_checkpoints where thread_id = $1',
    [person?.subjectId],
  );
  return row;
}

/** The sweeper, half a minute after the reload, and a minute after it. */
async function sweep(): Promise<void> {
  await worker.decideDue(at(0.5));
  while ((await worker.decideDue(at(1))) > 0);
}

it('earlier and later due times of quiet persons, in both directions', async () => {
  await reload('40min');
  const users = Array.from({ length: 30 }, () => randomName('user'));
  await worker.decide(users.map(stressed));
  await sweep();
  for (const user of users) expect(await rowOf(user)).toEqual({ mode: 'reflex', due: justAfter(40) });

  await reload('20min');
  await sweep();
  for (const user of users) expect(await rowOf(user)).toEqual({ mode: 'reflex', due: justAfter(20) });

  await reload('30min');
  await sweep();
  for (const user of users) expect(await rowOf(user)).toEqual({ mode: 'reflex', due: justAfter(30) });
  expect(await worker.decideDue(at(29))).toBe(0);
  await worker.decideDue(at(31));
  expect((await rowOf(users[0] ?? ''))?.mode).toBe('pattern');
});

it('a batch that began under the rules before and commits after the change', async () => {
  await reload('40min');
  const user = randomName('user');
  const messages = [stressed(user)];
  const prepared = await worker.handler.prepare({ messages, locked: false, poisoned: false, number: 1 });
  await reload('20min');
  await sweep();
  await worker.handler.commit(prepared, movesOf(messages));
  worker.handler.settled(prepared);
  expect((await rowOf(user))?.due).toEqual(justAfter(40));
  await sweep();
  expect((await rowOf(user))?.due).toEqual(justAfter(20));
});

it('a person without a due time stays without one', async () => {
  await reload('40min');
  const user = randomName('user');
  await worker.decide([worker.ownMessage({ partition: 0, offset: offset++ }, measured(user, 0, 45, 80))]);
  const before = await rowOf(user);
  await reload('20min');
  await sweep();
  expect(await rowOf(user)).toEqual(before);
  expect(before?.due).toBeNull();
});
