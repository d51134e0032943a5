import { describe, expect, it } from 'vitest';
import { messageHash, type IncomingMessage } from '../src/message.ts';
import { admit, createLane, startOffset, type StoredPosition } from '../src/lanes.ts';

// The position is ours, in PostgreSQL; Kafka's group offsets only show it to others. On assignment it is checked against
// the log that Kafka has now.

const message = (offset: number, text = `value ${offset}`): IncomingMessage => ({
  topic: 'readings',
  partition: 0,
  offset,
  key: null,
  value: Buffer.from(text),
  headers: {},
  brokerTime: 0,
});
const stored: StoredPosition = {
  partition: 0,
  nextOffset: 8,
  clusterId: 'cluster-a',
  lastOffset: 7,
  lastHash: messageHash(message(7)),
};
const log = { low: 0, high: 20, clusterId: 'cluster-a' };

describe('a partition that was never read', () => {
  it('starts at the earliest message', () => {
    const lane = createLane('readings', 0, undefined, { ...log, low: 3 });
    expect(startOffset(lane)).toBe(3);
    expect(admit(lane, [message(3), message(4)])).toHaveLength(2);
  });
});

describe('a partition with a position', () => {
  it('reads the last message again, finds it unchanged, and hands out only what is new', () => {
    const lane = createLane('readings', 0, stored, log);
    expect(startOffset(lane)).toBe(7);
    expect(admit(lane, [message(7), message(8), message(9)])).toEqual([message(8), message(9)]);
  });

  it('stops when another message is there: the topic was created anew', () => {
    const lane = createLane('readings', 0, stored, log);
    expect(admit(lane, [message(7, 'something else')])).toMatchObject({ code: 'position_mismatch' });
  });

  it('stops when the log is shorter than the position', () => {
    expect(() => createLane('readings', 0, stored, { ...log, high: 5 })).toThrow('the log ends at 5');
  });

  it('stops when it belongs to another cluster', () => {
    expect(() => createLane('readings', 0, stored, { ...log, clusterId: 'cluster-b' })).toThrow('cluster-b');
  });

  it('skips the check when retention has deleted that message', () => {
    const lane = createLane('readings', 0, stored, { ...log, low: 8 });
    expect(startOffset(lane)).toBe(8);
    expect(admit(lane, [message(8)])).toEqual([message(8)]);
  });

  it('goes over the gaps that markers and compaction leave', () => {
    const lane = createLane('readings', 0, stored, log);
    admit(lane, [message(7)]);
    expect(admit(lane, [message(11)])).toEqual([message(11)]);
  });
});

describe('the hash of a message', () => {
  it('tells key from value and a missing part from an empty one', () => {
    const parts = (key: string | null, value: string | null) => ({
      key: key === null ? null : Buffer.from(key),
      value: value === null ? null : Buffer.from(value),
    });
    const cases = [
      parts('ab', 'c'),
      parts('a', 'bc'),
      parts(null, 'abc'),
      parts('', 'abc'),
      parts('abc', null),
    ];
    const hashes = cases.map((one) => messageHash(one).toString('hex'));
    expect(new Set(hashes).size).toBe(cases.length);
  });
});
