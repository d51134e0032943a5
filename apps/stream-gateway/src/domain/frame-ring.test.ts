import { describe, expect, it } from 'vitest';
import { createFrameRing, type SentFrame } from './frame-ring.ts';

function frame(partition: number, offset: number, size = 10): SentFrame {
  return { userId: 'ada', bytes: Buffer.alloc(size), topic: 0, partition, offset };
}

function ring(limits = { frames: 3, bytes: 1_000 }) {
  return createFrameRing([[10, 20]], limits);
}

const places = (frames: Iterable<SentFrame>) =>
  [...frames].map(({ partition, offset }) => [partition, offset]);

describe('the frame ring', () => {
  it('gives what came after an id, in the order in which it was sent', () => {
    const frames = ring();
    for (const sent of [frame(1, 20), frame(0, 10), frame(1, 21)]) frames.push(sent);
    expect(places(frames.since([[10, 20]]))).toEqual([
      [1, 20],
      [0, 10],
      [1, 21],
    ]);
    expect(places(frames.since([[11, 21]]))).toEqual([[1, 21]]);
    expect(places(frames.since([[11, 22]]))).toEqual([]);
  });

  it('covers ids from where reading began', () => {
    expect(ring().covers([[10, 20]])).toBe(true);
    expect(ring().covers([[9, 20]])).toBe(false);
    expect(ring().covers([[10]])).toBe(false);
  });

  it('forgets the oldest frame, and then does not cover ids that would need it', () => {
    const frames = ring();
    for (const offset of [10, 11, 12, 15]) frames.push(frame(0, offset));
    expect(places(frames.since([[0, 0]]))).toEqual([
      [0, 11],
      [0, 12],
      [0, 15],
    ]);
    expect(frames.covers([[10, 20]])).toBe(false);
    expect(frames.covers([[11, 20]])).toBe(true);
  });

  it('keeps covering a quiet partition while another one rolls over', () => {
    const frames = ring();
    for (let offset = 10; offset < 100; offset += 1) frames.push(frame(0, offset));
    expect(frames.covers([[97, 20]])).toBe(true);
    expect(frames.covers([[96, 20]])).toBe(false);
  });

  it('is bounded in bytes too', () => {
    const frames = ring({ frames: 100, bytes: 100 });
    for (const offset of [10, 11, 12]) frames.push(frame(0, offset, 40));
    expect(places(frames.since([[0, 0]]))).toEqual([
      [0, 11],
      [0, 12],
    ]);
    frames.push(frame(0, 13, 500));
    expect(places(frames.since([[0, 0]]))).toEqual([[0, 13]]);
    frames.push(frame(0, 14, 1));
    expect(places(frames.since([[0, 0]]))).toEqual([[0, 14]]);
  });
});
