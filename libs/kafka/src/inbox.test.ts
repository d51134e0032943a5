import { describe, expect, it } from 'vitest';
import { createInbox } from './inbox.ts';
import type { IncomingMessage } from './message.ts';

const message = (partition: number, offset: number): IncomingMessage => ({
  topic: 't',
  partition,
  offset,
  key: null,
  value: Buffer.from('v'),
  headers: {},
  brokerTime: 0,
});
const run = (partition: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => message(partition, from + index));
const offsets = (messages: IncomingMessage[], partition: number) =>
  messages.filter((one) => one.partition === partition).map((one) => one.offset);

describe('inbox', () => {
  it('keeps the order of each partition and takes from all in turn', () => {
    const inbox = createInbox({ maxMessages: 5_000, maxBytes: 1e9 });
    inbox.push(run(0, 0, 1_000));
    inbox.push(run(1, 50, 60));
    const first = inbox.take(300, 1e9);
    expect(first).toHaveLength(300);
    expect(offsets(first, 1)).toEqual([50, 51, 52, 53, 54, 55, 56, 57, 58, 59]);
    expect(offsets(first, 0)).toEqual(Array.from({ length: 290 }, (_, index) => index));
  });

  it('gives back what was put back before anything newer', () => {
    const inbox = createInbox({ maxMessages: 5_000, maxBytes: 1e9 });
    inbox.push(run(0, 0, 10));
    const taken = inbox.take(4, 1e9);
    inbox.putBack(taken);
    expect(offsets(inbox.take(100, 1e9), 0)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(inbox.isEmpty()).toBe(true);
  });

  it('is bounded by count and by bytes', () => {
    const byCount = createInbox({ maxMessages: 10, maxBytes: 1e9 });
    byCount.push(run(0, 0, 10));
    expect(byCount.hasRoom()).toBe(false);
    byCount.take(1, 1e9);
    expect(byCount.hasRoom()).toBe(true);
    const byBytes = createInbox({ maxMessages: 1_000, maxBytes: 100 });
    byBytes.push(run(0, 0, 2));
    expect(byBytes.hasRoom()).toBe(false);
    expect(byBytes.take(1_000, 1)).toHaveLength(1);
  });

  it('survives a long run without growing', () => {
    const inbox = createInbox({ maxMessages: 5_000, maxBytes: 1e9 });
    let next = 0;
    for (let round = 0; round < 50; round += 1) {
      inbox.push(run(0, round * 1_000, (round + 1) * 1_000));
      for (const { offset } of inbox.take(1_000, 1e9)) expect(offset).toBe(next++);
    }
    expect(next).toBe(50_000);
  });
});
