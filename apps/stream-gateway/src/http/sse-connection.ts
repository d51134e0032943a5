import { type Response } from 'express';
import { isBefore, type SentFrame } from '../domain/frame-ring.ts';
import { type OffsetVector } from '../domain/offset-vector.ts';
import { type Subscriber } from '../domain/subscribers.ts';
import { type StreamEnd } from '../stream-metrics.ts';

export type SseConnection = Subscriber & {
  /** Sends what it missed: at once and in order, so its size does not count as slowness. */
  replay(frames: Iterable<SentFrame>): void;
  /** Bytes for this subscriber alone, such as a keep-alive. */
  write(bytes: Buffer): void;
  end(reason: StreamEnd): void;
};

export type SseOptions = {
  readonly users: ReadonlySet<string> | undefined;
  /** Frames from before these offsets were sent by another gateway already. */
  readonly from: OffsetVector | undefined;
  /** Unread bytes beyond which the subscriber is disconnected. */
  readonly bufferBytes: number;
  /** Called once, however the stream ends. */
  readonly onEnd: (connection: SseConnection, reason: StreamEnd) => void;
};

/** `X-Accel-Buffering`: nginx passes every frame on at once. */
export const streamHeaders = { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' };

/** Turns a response into a stream of frames. */
export function createSseConnection(
  res: Response,
  { users, from, bufferBytes, onEnd }: SseOptions,
): SseConnection {
  let ended: StreamEnd | undefined;
  /** Bytes of the replay that may still be unread. */
  let replayed = 0;
  // Not chunked: every subscriber then gets the very bytes of the frame, and nothing is wrapped per write.
  res.useChunkedEncodingByDefault = false;
  res.writeHead(200, streamHeaders);

  const connection: SseConnection = {
    users,
    send(frame: SentFrame) {
      if (from === undefined || !isBefore(frame, from)) connection.write(frame.bytes);
    },
    write(bytes) {
      if (ended !== undefined) return;
      res.write(bytes);
      if (res.writableLength > bufferBytes + replayed) connection.end('slow');
    },
    replay(frames) {
      for (const { userId, bytes } of frames) {
        if (users === undefined || users.has(userId)) res.write(bytes);
      }
      replayed = res.writableLength;
      if (res.writableNeedDrain) res.once('drain', () => (replayed = 0));
    },
    end(reason) {
      if (ended !== undefined) return;
      ended = reason;
      onEnd(connection, reason);
      // A slow reader would take the goodbye only after all that it has not read.
      if (reason === 'slow') res.destroy();
      else res.end();
    },
  };
  res.once('close', () => connection.end('client'));
  return connection;
}
