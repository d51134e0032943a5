import type { BiometricEvent } from '@bridge/contracts';
import type { SentFrame } from './frame-ring.ts';
import { readBody } from './read-body.ts';

export type QueueLimits = {
  /** Waiting bytes beyond which frames are merged by meaning. */
  readonly mergeBytes: number;
  /** Bytes beyond which a subscriber is given up, merged or not. */
  readonly maxBytes: number;
};

/** The frames that a slow subscriber has still to get, oldest first. */
export type FrameQueue = {
  /** False when more is waiting than a subscriber may leave, also after merging. */
  push(frame: SentFrame): boolean;
  shift(): SentFrame | undefined;
  /** Frames that were merged into newer ones since this was last asked. */
  takeMerged(): number;
  readonly size: number;
};

/**
 * Keeps what a slow subscriber can still use: of events the newest of each person, device and set of metrics, of transitions
 * the newest of each person, and every alert and insight. Frames leave in the order in which they came, so that the id of each
 * says that everything before it was sent or merged.
 */
export function createFrameQueue({ mergeBytes, maxBytes }: QueueLimits): FrameQueue {
  let frames = new Map<string | number, SentFrame>();
  let [bytes, added, merged] = [0, 0, 0];
  let merging = false;

  function put(frame: SentFrame): void {
    added += 1;
    const key = merging ? (mergeKey(frame) ?? added) : added;
    const older = frames.get(key);
    if (older !== undefined) {
      frames.delete(key);
      bytes -= older.bytes.length;
      merged += 1;
    }
    frames.set(key, frame);
    bytes += frame.bytes.length;
  }

  function beginMerging(): void {
    const waiting = [...frames.values()];
    frames = new Map();
    bytes = 0;
    merging = true;
    waiting.forEach(put);
  }

  return {
    push(frame) {
      put(frame);
      if (!merging && bytes > mergeBytes) beginMerging();
      return bytes <= maxBytes;
    },
    shift() {
      const [first] = frames;
      if (first === undefined) return undefined;
      const [key, frame] = first;
      frames.delete(key);
      bytes -= frame.bytes.length;
      if (frames.size === 0) merging = false;
      return frame;
    },
    takeMerged() {
      const count = merged;
      merged = 0;
      return count;
    },
    get size() {
      return frames.size;
    },
  };
}

/** Frames of one key say the same of one person, so the newest stands for all. Undefined: it stands for itself. */
function mergeKey(frame: SentFrame): string | undefined {
  switch (frame.kind) {
    case 'transition':
      return JSON.stringify(['transition', frame.userId]);
    case 'event':
      return eventKey(readBody(frame) as BiometricEvent);
    case 'alert':
    case 'insight':
      return undefined;
  }
}

/** Corrections and deletes change something older, and what holds no readings is no value. */
function eventKey(event: BiometricEvent): string | undefined {
  const { user_id, source, device_id, version, operation, readings } = event;
  if (operation === 'delete' || version > 0 || readings.length === 0) return undefined;
  const metrics = new Set(
    readings.map(({ metric, context, statistic }) => `${metric}/${context}/${statistic}`),
  );
  return JSON.stringify(['event', user_id, source, device_id, ...[...metrics].sort()]);
}
