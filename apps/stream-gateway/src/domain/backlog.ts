import { createFrameQueue, type FrameQueue, type QueueLimits } from './frame-queue.ts';
import type { SentFrame } from './frame-ring.ts';
import { encodeFrame } from './sse-frame.ts';

/** What waits for one subscriber: first what it missed, complete, then live frames, which are merged when they are many. */
export type Backlog = {
  replay(missed: Iterable<Buffer>): void;
  /** False when more is waiting than a subscriber may leave. */
  push(frame: SentFrame): boolean;
  next(): Buffer | undefined;
  isEmpty(): boolean;
  clear(): void;
};

export function createBacklog(limits: QueueLimits): Backlog {
  let missed: Iterator<Buffer> | undefined;
  // Most subscribers never need one.
  let queue: FrameQueue | undefined;

  return {
    replay(frames) {
      missed = frames[Symbol.iterator]();
    },
    push(frame) {
      queue ??= createFrameQueue(limits);
      return queue.push(frame);
    },
    next() {
      const before = missed?.next();
      if (before?.done === false) return before.value;
      missed = undefined;
      const frame = queue?.shift();
      if (frame === undefined) {
        queue = undefined;
        return undefined;
      }
      const merged = queue?.takeMerged() ?? 0;
      if (merged === 0) return frame.bytes;
      // Without an id: whoever is cut here gets the merged frames after all.
      return Buffer.concat([encodeFrame({ kind: 'lagging', data: JSON.stringify({ merged }) }), frame.bytes]);
    },
    isEmpty: () => missed === undefined && queue === undefined,
    clear() {
      missed = undefined;
      queue = undefined;
    },
  };
}
