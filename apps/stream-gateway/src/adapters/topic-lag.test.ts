import { expect, test } from 'vitest';
import { createTopicLag } from './topic-lag.ts';

const events = { topic: 'events', consumer: 'decisions' };
const rows = [
  { ...events, partition: 0, next: 5 },
  { ...events, partition: 1, next: 2 },
];

function lag({ isDown = false } = {}) {
  return createTopicLag({
    query: <Row>() => Promise.resolve(rows as Row[]),
    log: {
      ends: () =>
        isDown
          ? Promise.reject(new Error('no broker'))
          : Promise.resolve([
              { partition: 2, low: 3, high: 4 },
              { partition: 0, low: 0, high: 5 },
              { partition: 1, low: 4, high: 9 },
            ]),
      // The last record of a partition is the marker of a transaction.
      emptyUpTo: (_topic, _partition, from, to) => Promise.resolve(from === to - 1 ? to : from),
    },
    consumed: [events],
  })();
}

test('lag is what a consumer has still to read of what the log holds', async () => {
  const at = (partition: number, nextOffset: number | null, endOffset: number, left: number) => ({
    ...events,
    partition,
    nextOffset,
    endOffset,
    lag: left,
  });
  // Partition 1 lost records to retention; of partition 2 nothing was read, and it holds nothing for a consumer.
  expect(await lag()).toEqual([at(0, 5, 5, 0), at(1, 2, 9, 5), at(2, null, 4, 0)]);
});

test('positions are shown while Kafka is away', async () => {
  const unknown = { endOffset: null, lag: null };
  expect(await lag({ isDown: true })).toEqual([
    { ...events, partition: 0, nextOffset: 5, ...unknown },
    { ...events, partition: 1, nextOffset: 2, ...unknown },
  ]);
});
