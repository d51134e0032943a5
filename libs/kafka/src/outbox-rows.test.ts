import { expect, it } from 'vitest';
import { createOutboxRows } from './outbox-rows.ts';
import { packMessage } from './outbox-payload.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const message = { topic: 'readings', key: 'ada', value: Buffer.from('60'), headers: {} };

/** A table of which one row is a page. */
function table(contents: readonly (Buffer | 'erased' | 'unreadable')[]) {
  const left = contents.map((content, id) => ({
    id,
    subjectId: 'ada',
    ceId: '',
    sealed: Buffer.alloc(0),
    content,
  }));
  const parked: number[] = [];
  const take = (id: number) =>
    left.splice(
      left.findIndex((row) => row.id === id),
      1,
    );
  return {
    left,
    parked,
    rows: createOutboxRows({
      rows: {
        pending: () => Promise.resolve(left.slice(0, 1)),
        remove: (ids) => {
          ids.forEach(take);
          return Promise.resolve();
        },
        park: (id) => {
          take(id);
          parked.push(id);
          return Promise.resolve();
        },
      },
      unseal: (rows) => Promise.resolve(rows.map(({ content }) => content)),
      log: silent,
    }),
  };
}

const wanted = { own: true, subjectIds: [], abandonedAfterMs: 0 };

it('goes on behind a page of which nothing can go out', async () => {
  const { rows, parked } = table(['erased', 'unreadable', packMessage(message)]);
  expect(await rows.pending(wanted)).toMatchObject([
    { id: 2, subjectId: 'ada', message: { topic: 'readings', value: message.value } },
  ]);
  expect(parked).toEqual([1]);
});

it('gives nothing when nothing is left', async () => {
  const { rows, left } = table(['erased']);
  expect(await rows.pending(wanted)).toEqual([]);
  expect(left).toEqual([]);
});
