import { setTimeout as sleep } from 'node:timers/promises';

export type Frame = { readonly id: string; readonly event: string; readonly data: Record<string, unknown> };

export type StreamFollower = {
  /** Without those that say how the stream itself is. */
  readonly frames: readonly Frame[];
  /** `snapshot`, `reset`, `lagging` and `end`, in their order; their id may be empty. */
  readonly notices: readonly Frame[];
  /** Waits for a notice of this kind. */
  notice(kind: string): Promise<Frame>;
  /** Every id so far, also those of keep-alives. */
  readonly ids: readonly string[];
  /** Waits until this many frames are there. */
  until(count: number): Promise<readonly Frame[]>;
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>;
  close(): void;
};

export async function until<T>(what: string, find: () => T | undefined | Promise<T | undefined>): Promise<T> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const found = await find();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > deadline) throw new Error(`timed out: ${what}`);
    await sleep(25);
  }
}

/** Reads a stream as a browser does: fields up to an empty line make a frame. Fails unless the answer is a stream. */
export async function followStream(url: string, headers: Record<string, string>): Promise<StreamFollower> {
  const abort = new AbortController();
  const response = await fetch(url, { headers, signal: abort.signal });
  if (response.status !== 200 || !response.body) throw new Error(`no stream: ${response.status}`);
  const frames: Frame[] = [];
  const notices: Frame[] = [];
  const ids: string[] = [];

  async function read(body: ReadableStream<Uint8Array>): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) take(block);
    }
  }

  function take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    const [id, event, data] = [fields.get('id'), fields.get('event'), fields.get('data')];
    if (id !== undefined) ids.push(id);
    if (event === undefined || data === undefined) return;
    const isNotice = ['snapshot', 'reset', 'lagging', 'end'].includes(event);
    if (!isNotice && id === undefined) throw new Error('A frame has no id.');
    const frame = { id: id ?? '', event, data: JSON.parse(data) as Record<string, unknown> };
    (isNotice ? notices : frames).push(frame);
  }

  return {
    frames,
    notices,
    ids,
    notice: (kind) => until(`a ${kind}`, () => notices.find(({ event }) => event === kind)),
    until: (count) => until(`${count} frames`, () => (frames.length >= count ? frames : undefined)),
    // A stream that the test itself closes ends with an abort.
    ended: read(response.body).catch(() => undefined),
    close: () => abort.abort(),
  };
}
