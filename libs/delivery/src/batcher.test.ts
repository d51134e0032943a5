import { expect, it } from 'vitest';
import { createBatcher } from './batcher.ts';

const limits = { lingerMs: 1, maxItems: 3, maxWaiting: 10 };

it('collects what comes while a batch is under way, in order and never more than fits', async () => {
  const ran: number[][] = [];
  const batcher = createBatcher<number>({
    ...limits,
    run: (items) => {
      ran.push([...items]);
      return Promise.resolve(new Map());
    },
  });
  await Promise.all([1, 2, 3, 4, 5].map((item) => batcher.add(item)));
  await batcher.add(6);
  expect(ran).toEqual([[1, 2, 3], [4, 5], [6]]);
});

it('runs one batch at a time', async () => {
  let running = 0;
  const batcher = createBatcher<number>({
    ...limits,
    maxItems: 1,
    run: async () => {
      running += 1;
      expect(running).toBe(1);
      await Promise.resolve();
      running -= 1;
      return new Map();
    },
  });
  await Promise.all([1, 2, 3].map((item) => batcher.add(item)));
});

it('settles each item by its own result', async () => {
  const failure = new Error('refused');
  const batcher = createBatcher<number>({ ...limits, run: () => Promise.resolve(new Map([[2, failure]])) });
  const results = await Promise.allSettled([1, 2, 3].map((item) => batcher.add(item)));
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});

it('goes on after a batch that threw', async () => {
  let calls = 0;
  const batcher = createBatcher<number>({
    ...limits,
    run: () => {
      calls += 1;
      return calls === 1 ? Promise.reject(new Error('bug')) : Promise.resolve(new Map());
    },
  });
  await expect(batcher.add(1)).rejects.toThrow('bug');
  await batcher.add(2);
});

it('refuses more than may wait, and close waits for the rest', async () => {
  const done: number[] = [];
  const batcher = createBatcher<number>({
    ...limits,
    maxWaiting: 2,
    run: (items) => {
      done.push(...items);
      return Promise.resolve(new Map());
    },
  });
  const kept = [batcher.add(1), batcher.add(2)];
  await expect(batcher.add(3)).rejects.toMatchObject({ code: 'overloaded', retry: 'transient' });
  await batcher.close();
  await Promise.all(kept);
  expect(done).toEqual([1, 2]);
});

it('counts bytes where items have some: for a batch, and for all that waits', async () => {
  const ran: number[][] = [];
  const batcher = createBatcher<number>({
    ...limits,
    bytes: { of: (item) => item, perBatch: 10, waiting: 25 },
    run: (items) => {
      ran.push([...items]);
      return Promise.resolve(new Map());
    },
  });
  const kept = [4, 6, 9, 7].map((item) => batcher.add(item));
  await expect(batcher.add(1)).rejects.toMatchObject({ code: 'overloaded', retry: 'transient' });
  await Promise.all(kept);
  await batcher.add(30);
  expect(ran).toEqual([[4, 6], [9, 7], [30]]);
});
