/**
 * The kinds of frame that a subscriber can get: `snapshot` says how things are when the stream begins, `lagging` that frames
 * were merged, `reset` that frames may be missing, `end` why the stream ends.
 */
export type FrameKind =
  'event' | 'transition' | 'alert' | 'insight' | 'snapshot' | 'lagging' | 'reset' | 'end';

export type SseFrame = {
  /** What the browser sends back as Last-Event-ID; without one, it keeps the id of the frame before. */
  readonly id?: string;
  readonly kind: FrameKind;
  /** One line; JSON.stringify never writes a line break. */
  readonly data: string;
};

/**
 * Bytes of a server-sent event. A line break in a field would begin a field of the sender's choosing, so it is refused.
 * @throws RangeError; its message names the field, not the value.
 */
export function encodeFrame({ id, kind, data }: SseFrame): Buffer {
  const body = `event: ${kind}\ndata: ${line('data', data)}\n\n`;
  return id === undefined ? Buffer.from(body) : Buffer.concat([idLine(id), Buffer.from(body)]);
}

/** The first line of a frame with an id. */
export function idLine(id: string): Buffer {
  return Buffer.from(`id: ${line('id', id)}\n`);
}

/**
 * Keeps proxies from closing an idle stream. With an id it also moves the browser's Last-Event-ID on, without dispatching
 * anything.
 */
export function encodeKeepAlive(id?: string): Buffer {
  return Buffer.from(id === undefined ? ': keep-alive\n\n' : `: keep-alive\nid: ${line('id', id)}\n\n`);
}

/** First bytes of a stream: how long the browser waits before it reconnects, in milliseconds. */
export function encodeRetry(milliseconds: number): Buffer {
  return Buffer.from(`retry: ${Math.round(milliseconds)}\n\n`);
}

function line(field: string, text: string): string {
  // A browser ignores an id with NUL in it, and would resume from an older one.
  if (/[\r\n\0]/.test(text)) throw new RangeError(`A line break or NUL in the ${field} of a frame.`);
  return text;
}
