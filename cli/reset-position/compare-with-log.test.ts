import { expect, test } from 'vitest';
import { compareWithLog } from './compare-with-log.ts';
import type { PartitionLog } from './partition-log.ts';
import type { StoredPosition } from './stored-positions.ts';

const position: StoredPosition = {
  schema: 'cognition',
  consumer: 'group',
  topic: 'topic',
  partition: 0,
  nextOffset: 10,
  clusterId: 'a',
  lastOffset: 9,
  lastTime: 1_000,
};
const log: PartitionLog = { clusterId: 'a', low: 0, high: 12, lastTime: 1_000 };

test.each([
  ['the same log, something to read', log, true, 'fits, 2 to read'],
  ['the same log, nothing to read', { ...log, high: 10 }, true, 'fits, at the end'],
  ['its last message is no longer kept', { ...log, low: 10, lastTime: undefined }, true, 'fits, 2 to read'],
  [
    'unread messages are no longer kept',
    { ...log, low: 11, lastTime: undefined },
    true,
    /deleted 1 messages/,
  ],
  ['another cluster', { ...log, clusterId: 'b' }, false, 'belongs to cluster a, this is b'],
  ['a shorter log', { ...log, high: 9, lastTime: undefined }, false, /the log ends at 9/],
  ['another message at its place', { ...log, lastTime: 2_000 }, false, /another message stands at 9/],
  ['no such partition', undefined, false, /no such partition/],
])('%s', (_, given, fits, finding) => {
  const comparison = compareWithLog(position, given);
  expect(comparison.fits).toBe(fits);
  expect(comparison.finding).toMatch(finding);
});
