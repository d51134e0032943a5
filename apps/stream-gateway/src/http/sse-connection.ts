import { type Response } from 'express';
import { createBacklog } from '../domain/backlog.ts';
import type { QueueLimits } from '../domain/frame-queue.ts';
import type { SentFrame } from '../domain/frame-ring.ts';
import { encodeFrame, encodeKeepAlive, encodeRetry } from '../domain/sse-frame.ts';
import type { StreamFilter } from '../domain/stream-filter.ts';
import type { Subscriber } from '../domain/subscribers.ts';
import { type StreamEnd } from '../stream-metrics.ts';

export type SseConnection = Subscriber & {
  /** Bytes for this subscriber alone, in front of whatever waits. */
  write(bytes: Buffer): void;
  /** Live frames wait until `release`, which begins the live part. */
  hold(): void;
  release(): void;
  /** Sends what was missed, as fast as it is read and before any live frame; then goes on live. */
  replay(missed: Iterable<Buffer>): void;
  /** Resolves as soon as more can be written; at once where the stream has ended. */
  writable(): Promise<void>;
  /** @param position The id that says "everything up to now", for a subscriber that is live and has all of it. */
  keepAlive(position: KeepAlives): void;
  /** @param retryMs How long the subscriber is asked to wait before it comes back. */
  end(reason: StreamEnd, retryMs?: number): void;
  /** Since when nothing was taken although something waits, in milliseconds of `performance.now`. */
  readonly stalledSince: number | undefined;
  readonly isOpen: boolean;
};

/** Encoded once for all streams. */
export type KeepAlives = { readonly withId: Buffer };

export type SseOptions = {
  readonly filter: StreamFilter;
  readonly limits: QueueLimits;
  /** Called once, however the stream ends. */
  readonly onEnd: (connection: SseConnection, reason: StreamEnd) => void;
};

/** `X-Accel-Buffering`: nginx passes every frame on at once. */
export const streamHeaders = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' };

/** Bytes that are handed to the socket before frames wait in the queue, where they can be merged. */
const socketBytes = 64 * 1_024;
/** A subscriber that was given up may still read why, for so long. */
const farewellMs = 5_000;
const bareKeepAlive = encodeKeepAlive();

/** Turns a response into a stream of frames. */
export function createSseConnection(res: Response, { filter, limits, onEnd }: SseOptions): SseConnection {
  let ended: StreamEnd | undefined;
  let held = false;
  /** Before it, the gateway's place is not the subscriber's: it may lie behind it, or ahead of what is still being read again. */
  let isLive = false;
  const backlog = createBacklog(limits);
  let stalledSince: number | undefined;
  // Not chunked: every subscriber then gets the very bytes of the frame, and nothing is wrapped per write.
  res.useChunkedEncodingByDefault = false;
  res.writeHead(200, streamHeaders);

  const isFull = () => res.writableNeedDrain && res.writableLength >= socketBytes;

  /** Hands over what waits, until the socket is full; its `drain` goes on. */
  function pump(): void {
    if (held || ended !== undefined) return;
    while (!isFull()) {
      const bytes = backlog.next();
      if (bytes === undefined) {
        stalledSince = undefined;
        return;
      }
      res.write(bytes);
    }
    stalledSince = performance.now();
  }

  const connection: SseConnection = {
    filter,
    send(frame: SentFrame) {
      if (ended !== undefined) return;
      if (!held && backlog.isEmpty() && !isFull()) {
        res.write(frame.bytes);
        return;
      }
      if (!held) stalledSince ??= performance.now();
      if (!backlog.push(frame)) connection.end('slow');
    },
    write(bytes) {
      if (ended === undefined) res.write(bytes);
    },
    hold() {
      held = true;
    },
    release() {
      held = false;
      isLive = true;
      pump();
    },
    replay(frames) {
      backlog.replay(frames);
      isLive = true;
      pump();
    },
    writable: () =>
      new Promise((resolve) => {
        if (ended !== undefined || !isFull()) resolve();
        else for (const event of ['drain', 'close']) res.once(event, () => resolve());
      }),
    keepAlive({ withId }) {
      if (ended !== undefined || res.writableNeedDrain) return;
      res.write(isLive && !held && backlog.isEmpty() ? withId : bareKeepAlive);
    },
    end(reason, retryMs) {
      if (ended !== undefined) return;
      ended = reason;
      backlog.clear();
      onEnd(connection, reason);
      if (res.destroyed) return;
      if (retryMs !== undefined) res.write(encodeRetry(retryMs));
      res.end(encodeFrame({ kind: 'end', data: JSON.stringify({ reason }) }));
      setTimeout(() => res.destroy(), farewellMs).unref();
    },
    get stalledSince() {
      return stalledSince;
    },
    get isOpen() {
      return ended === undefined;
    },
  };
  res.on('drain', pump);
  res.once('close', () => connection.end('client'));
  return connection;
}
