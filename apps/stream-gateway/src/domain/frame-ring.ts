import { type OffsetVector } from './offset-vector.ts';

/** A frame that was sent, with its place among the partitions. */
export type SentFrame = {
  readonly userId: string;
  readonly bytes: Buffer;
  /** Index of the topic in the topic map. */
  readonly topic: number;
  readonly partition: number;
  readonly offset: number;
};

/** The latest frames, for subscribers who come back. */
export type FrameRing = {
  push(frame: SentFrame): void;
  /** True if every frame from these offsets on is still here, or was never made. */
  covers(from: OffsetVector): boolean;
  /** Frames from these offsets on, in the order in which they were sent. */
  since(from: OffsetVector): Iterable<SentFrame>;
};

export type RingLimits = { readonly frames: number; readonly bytes: number };

/** @param start Where reading began: what lies before was never seen here. */
export function createFrameRing(start: OffsetVector, limits: RingLimits): FrameRing {
  const slots = new Array<SentFrame | undefined>(limits.frames);
  const floor = start.map((offsets) => [...offsets]);
  let first = 0;
  let count = 0;
  let bytes = 0;

  function dropOldest(): void {
    const oldest = slots[first];
    if (oldest === undefined) return;
    slots[first] = undefined;
    first = (first + 1) % limits.frames;
    count -= 1;
    bytes -= oldest.bytes.length;
    (floor[oldest.topic] ??= [])[oldest.partition] = oldest.offset + 1;
  }

  function* kept(): Iterable<SentFrame> {
    for (let index = 0; index < count; index += 1) {
      const frame = slots[(first + index) % limits.frames];
      if (frame !== undefined) yield frame;
    }
  }

  return {
    push(frame) {
      while (count > 0 && (count === limits.frames || bytes + frame.bytes.length > limits.bytes))
        dropOldest();
      slots[(first + count) % limits.frames] = frame;
      count += 1;
      bytes += frame.bytes.length;
    },
    covers: (from) =>
      floor.every((offsets, topic) =>
        offsets.every((lowest, partition) => (from[topic]?.[partition] ?? -1) >= lowest),
      ),
    *since(from) {
      for (const frame of kept()) if (!isBefore(frame, from)) yield frame;
    },
  };
}

/** Whether a subscriber that was sent everything up to `from` has this frame already. */
export function isBefore({ topic, partition, offset }: SentFrame, from: OffsetVector): boolean {
  return offset < (from[topic]?.[partition] ?? 0);
}
