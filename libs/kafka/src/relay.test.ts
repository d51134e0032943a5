import { setImmediate } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import type { OutgoingMessage } from './message.ts';
import type { PendingRows, RelayRow } from './relay-rows.ts';
import { startRelay, type Relay } from './relay.ts';

// Order while the table is being read. The other cases are in `libs/kafka/docs/03-what-leaves.test.ts`.

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const anna = 'person-1';
const row = (id: number, subjectId: string): RelayRow => ({
  id,
  subjectId,
  message: { topic: 'out', key: subjectId, value: Buffer.from(String(id)), headers: {} },
});

let relay: Relay | undefined;
afterEach(() => relay?.close());

/** A table whose reads can be held up after they have seen their rows, and a broker that keeps the order. */
function open(onLook: () => void = () => undefined) {
  const table = new Map<number, RelayRow>();
  const published: number[] = [];
  const looks: { readonly wanted: PendingRows; readonly answer: () => void }[] = [];
  let isHeld = false;
  const store = {
    pending: async (wanted: PendingRows) => {
      const seen = [...table.values()].filter(
        ({ subjectId }) => wanted.own || (subjectId !== null && wanted.subjectIds.includes(subjectId)),
      );
      onLook();
      const answered = Promise.withResolvers<undefined>();
      looks.push({ wanted, answer: () => answered.resolve(undefined) });
      if (isHeld) await answered.promise;
      return seen.sort((a, b) => a.id - b.id);
    },
    remove: (ids: readonly number[]) => {
      for (const id of ids) table.delete(id);
      return Promise.resolve();
    },
    park: () => Promise.reject(new Error('nothing is refused here')),
  };
  const publish = async (messages: readonly OutgoingMessage[]) => {
    await setImmediate();
    for (const { value } of messages) published.push(Number(value));
  };
  const write = (...rows: RelayRow[]) => rows.forEach((one) => table.set(one.id, one));
  const started = startRelay({ store, publish, sweepEveryMs: 5, log: silent });
  relay = started;
  return {
    relay: started,
    table,
    published,
    write,
    /** The next look at the table is held up; `go` lets it and all later ones answer. */
    heldLook: async () => {
      isHeld = true;
      const from = looks.length;
      await vi.waitFor(() => expect(looks.length).toBeGreaterThan(from));
      return {
        go: () => {
          isHeld = false;
          for (const { answer } of looks) answer();
        },
      };
    },
  };
}

it('a person who is deferred while a sweep for others runs stays deferred: nothing overtakes', async () => {
  const { relay: offering, heldLook, write, table, published } = open();
  const look = await heldLook();
  write(row(5, anna));
  offering.offer([row(5, anna)], new Set([anna]));
  // The other worker's row is gone, so the database calls the next batch's row free.
  write(row(6, anna));
  offering.offer([row(6, anna)]);
  look.go();
  await vi.waitFor(() => expect(table.size).toBe(0));
  expect(published).toEqual([5, 6]);
});

it('a person who is deferred again while the sweep looks for her rows is looked for once more', async () => {
  const { relay: offering, heldLook, write, table, published } = open();
  offering.offer([row(4, anna)], new Set([anna])); // its row was published by the other worker meanwhile
  const look = await heldLook();
  write(row(5, anna), row(6, anna));
  offering.offer([row(6, anna)], new Set([anna]));
  look.go();
  await vi.waitFor(() => expect(table.size).toBe(0), 500);
  expect(published).toEqual([5, 6]);
});

it('a deferred person who never falls silent does not keep the others waiting', async () => {
  let id = 0;
  let talk: () => void = () => undefined;
  const { relay: offering, write, published } = open(() => talk());
  talk = () => {
    id += 1;
    write(row(id, anna));
    offering.offer([row(id, anna)], new Set([anna]));
  };
  talk();
  await vi.waitFor(() => expect(published.length).toBeGreaterThan(3));
  write(row(1_000_000, 'person-2'));
  offering.offer([row(1_000_000, 'person-2')]);
  await vi
    .waitFor(() => expect(published).toContain(1_000_000), 500)
    .finally(() => {
      talk = () => undefined;
    });
});
