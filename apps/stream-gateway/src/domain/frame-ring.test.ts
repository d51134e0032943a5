import { describe, expect, it } from 'vitest';
import { createFrameRing, type SentFrame } from './frame-ring.ts';

const everyone = { users: undefined };

function frame(partition: number, position: number, size = 10, userId = 'ada'): SentFrame {
  const place = { topic: 0, partition, position };
  return {
    ...{ kind: 'event', userId, id: `${partition}/${position}`, bytes: Buffer.alloc(size), bodyStart: 0 },
    ...{ place, next: position + 1 },
  };
}

function ring(limits = { frames: 3, bytes: 1_000 }) {
  return createFrameRing([[10, 20]], limits);
}

const ids = (frames: Iterable<SentFrame>) => [...frames].map(({ id }) => id);

describe('the frame ring', () => {
  it('gives what came after an id, in the order in which it was sent', () => {
    const frames = ring();
    for (const sent of [frame(1, 20), frame(0, 10), frame(1, 21)]) frames.push(sent);
    expect(ids(frames.since([[10, 20]], everyone))).toEqual(['1/20', '0/10', '1/21']);
    expect(ids(frames.since([[11, 21]], everyone))).toEqual(['1/21']);
    expect(ids(frames.since([[11, 22]], everyone))).toEqual([]);
  });

  it('gives the frames of some persons in the same order, also after others were forgotten', () => {
    const frames = ring({ frames: 4, bytes: 1_000 });
    const users = ['ada', 'bob', 'cyd', 'ada', 'bob', 'bob'];
    users.forEach((user, index) => frames.push(frame(0, 10 + index, 10, user)));
    const of = (...wanted: string[]) => ids(frames.since([[0, 0]], { users: new Set(wanted) }));
    expect(of('ada')).toEqual(['0/13']);
    expect(of('bob', 'ada')).toEqual(['0/13', '0/14', '0/15']);
    expect(of('cyd', 'dan')).toEqual(['0/12']);
    frames.push(frame(0, 16, 10, 'ada'));
    expect(of('cyd')).toEqual([]);
  });

  it('covers ids from where reading began', () => {
    expect(ring().covers([[10, 20]])).toBe(true);
    expect(ring().covers([[9, 20]])).toBe(false);
    expect(ring().covers([[10]])).toBe(false);
  });

  it('forgets the oldest frame, and then does not cover ids that would need it', () => {
    const frames = ring();
    for (const position of [10, 11, 12, 15]) frames.push(frame(0, position));
    expect(ids(frames.since([[0, 0]], everyone))).toEqual(['0/11', '0/12', '0/15']);
    expect(frames.covers([[10, 20]])).toBe(false);
    expect(frames.covers([[11, 20]])).toBe(true);
  });

  it('keeps covering a quiet partition while another one rolls over', () => {
    const frames = ring();
    for (let position = 10; position < 100; position += 1) frames.push(frame(0, position));
    expect(frames.covers([[97, 20]])).toBe(true);
    expect(frames.covers([[96, 20]])).toBe(false);
  });

  it('covers partitions that were added from their beginning', () => {
    const frames = ring();
    frames.grow([[50, 60, 0]]);
    expect(frames.covers([[10, 20, 0]])).toBe(true);
    expect(frames.covers([[9, 20, 0]])).toBe(false);
  });

  it('is bounded in bytes too', () => {
    const frames = ring({ frames: 100, bytes: 100 });
    for (const position of [10, 11, 12]) frames.push(frame(0, position, 40));
    expect(ids(frames.since([[0, 0]], everyone))).toEqual(['0/11', '0/12']);
    frames.push(frame(0, 13, 500));
    expect(ids(frames.since([[0, 0]], everyone))).toEqual(['0/13']);
    frames.push(frame(0, 14, 1));
    expect(ids(frames.since([[0, 0]], everyone))).toEqual(['0/14']);
  });
});
