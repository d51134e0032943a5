import { request, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.ts';

/** One client that is cut again and again, and always comes back with the id of the last frame that it saw whole. */
export type StreamClient = {
  /** The persons that it follows; undefined: everyone. */
  readonly users: readonly string[] | undefined;
  /** Ids of frames in the order in which they came. */
  readonly record: readonly string[];
  readonly counts: ClientCounts;
  /** Connects, is cut and connects again until `isOver`. */
  runUntil(isOver: () => boolean): Promise<void>;
  /** Connects and stays until nothing more is missing, or it took too long. */
  finish(isComplete: () => boolean, withinMs: number): Promise<void>;
};

export type ClientCounts = {
  cuts: number;
  /** Connections that were refused or broke without us. */
  broken: number;
  /** By reason. */
  resets: Record<string, number>;
  merged: number;
  snapshots: number;
};

type Options = {
  readonly users: readonly string[] | undefined;
  /** Where it may connect to; each time one of them. */
  readonly origins: readonly string[];
  readonly key: string;
  readonly random: Random;
};

/** A connection may end by itself after so long; it says something every 15 s. */
const silentMs = 40_000;

/** When a connection is cut: behind so many frames, in the middle of one, or after a time. */
type Cut = { readonly bytes: number; readonly ms: number };

export function createStreamClient({ users, origins, key, random }: Options): StreamClient {
  // Whoever follows everyone has to get more than comes meanwhile, or it falls behind for good.
  const mostBytes = users === undefined ? 400_000 : 6_000;
  const record: string[] = [];
  const counts: ClientCounts = { cuts: 0, broken: 0, resets: {}, merged: 0, snapshots: 0 };
  let lastId: string | undefined;

  function take(block: string): void {
    const fields = new Map(
      block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
    );
    lastId = fields.get('id') ?? lastId;
    const [kind, data] = [fields.get('event'), fields.get('data')];
    if (kind === undefined || data === undefined) return;
    const body = JSON.parse(data) as Readonly<Record<string, string>>;
    if (kind === 'snapshot') counts.snapshots += 1;
    else if (kind === 'reset')
      counts.resets[body['reason'] ?? ''] = (counts.resets[body['reason'] ?? ''] ?? 0) + 1;
    else if (kind === 'lagging') counts.merged += Number(body['merged']);
    else if (kind !== 'end') record.push(idOf(kind, body));
  }

  async function open(): Promise<IncomingMessage> {
    const query = new URLSearchParams(users?.map((user): [string, string] => ['user_id', user]));
    const headers = {
      authorization: `Bearer ${key}`,
      ...(lastId !== undefined && { 'last-event-id': lastId }),
    };
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
    const sent = request(`${random.pick(origins)}/stream?${query.toString()}`, { headers, agent: false });
    sent.setTimeout(silentMs, () => sent.destroy(new Error('silent')));
    sent.once('error', reject).once('response', resolve).end();
    const response = await promise;
    // A socket that breaks later ends the response.
    sent.on('error', () => undefined);
    if (response.statusCode === 200) return response;
    response.destroy();
    throw new Error(`answered ${response.statusCode ?? 0}`);
  }

  async function once(cut: Cut, isOver: () => boolean): Promise<void> {
    try {
      const wasCut = await readBlocks(await open(), { cut, isOver, take });
      if (wasCut) counts.cuts += 1;
      else counts.broken += 1;
    } catch {
      counts.broken += 1;
      await sleep(50 + random.below(200));
    }
  }

  return {
    users,
    record,
    counts,
    async runUntil(isOver) {
      while (!isOver()) {
        // Until the first snapshot there is nothing to resume from.
        const bytes = lastId === undefined ? Infinity : 1 + random.below(mostBytes);
        await once({ bytes, ms: 20 + random.below(600) }, isOver);
      }
    },
    async finish(isComplete, withinMs) {
      const until = Date.now() + withinMs;
      const isOver = () => isComplete() || Date.now() > until;
      while (!isOver()) await once({ bytes: Infinity, ms: withinMs }, isOver);
    },
  };
}

type Reading = {
  readonly cut: Cut;
  readonly isOver: () => boolean;
  readonly take: (block: string) => void;
};

/** Hands over whole blocks until the cut, and says whether it was reached. */
async function readBlocks(response: IncomingMessage, { cut, isOver, take }: Reading): Promise<boolean> {
  const decoder = new TextDecoder();
  const cutting = new AbortController();
  cutting.signal.addEventListener('abort', () => response.destroy());
  const timer = setTimeout(() => cutting.abort(), cut.ms);
  const watch = setInterval(() => {
    if (isOver()) cutting.abort();
  }, 50);
  let [text, bytes] = ['', 0];
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const part = chunk.subarray(0, cut.bytes - bytes);
      bytes += part.length;
      text += decoder.decode(part, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      blocks.forEach(take);
      if (bytes >= cut.bytes) cutting.abort();
    }
  } catch {
    // Broken by a fault, or by ourselves.
  } finally {
    clearTimeout(timer);
    clearInterval(watch);
  }
  return cutting.signal.aborted;
}

function idOf(kind: string, body: Readonly<Record<string, string>>): string {
  const fields: Readonly<Record<string, string>> = {
    event: 'event_id',
    transition: 'transition_id',
    alert: 'change_id',
    insight: 'insight_id',
  };
  const id = body[fields[kind] ?? ''];
  if (id === undefined) throw new Error(`a frame "${kind}" has no id of its own`);
  return id;
}
