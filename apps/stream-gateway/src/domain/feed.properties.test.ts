import { buildEvent } from '@bridge/testing';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFeed, type Feed } from './feed.ts';
import type { SentFrame } from './frame-ring.ts';
import type { OffsetVector } from './offset-vector.ts';
import type { FrameContent } from './read-frame.ts';

/**
 * Two gateways read the same topics at their own pace and in their own order; a message may stand on several partitions, and
 * hold several items. One client is cut at any point and resumes at either gateway. However that goes, it ends up with each id
 * of the topics once, and the id that it sends back never goes backwards.
 */

const topics = ['events', 'transitions'];
const partitions = [3, 2];
const event = buildEvent();

type Message = { readonly topic: number; readonly partition: number; readonly ids: readonly number[] };
type Step =
  | { readonly kind: 'read'; readonly gateway: 0 | 1; readonly topic: number; readonly partition: number }
  | { readonly kind: 'connect'; readonly gateway: 0 | 1 }
  | { readonly kind: 'receive'; readonly frames: number }
  | { readonly kind: 'keepAlive' }
  | { readonly kind: 'cut' };

const message: fc.Arbitrary<Message> = fc.nat(1).chain((topic) =>
  fc.record({
    topic: fc.constant(topic),
    partition: fc.nat((partitions[topic] ?? 1) - 1),
    // Few ids, so that most of them repeat, also on other partitions and within a message.
    ids: fc.array(fc.nat(12), { minLength: 0, maxLength: 3 }).map((ids) => ids.map((id) => id * 2 + topic)),
  }),
);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      gateway: fc.constantFrom(0 as const, 1 as const),
      topic: fc.nat(1),
      partition: fc.nat(2),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('connect' as const),
      gateway: fc.constantFrom(0 as const, 1 as const),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('receive' as const), frames: fc.nat(4) }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'keepAlive' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'cut' as const }) },
);

/** A gateway with its places in the log. */
function createGateway(log: readonly Message[]) {
  const feed = createFeed(topics, { frames: 1_000, bytes: 10_000_000, ids: 1_000 });
  feed.begin('cluster', { events: { 0: 0, 1: 0, 2: 0 }, transitions: { 0: 0, 1: 0 } });
  const next = partitions.map((count) => Array.from({ length: count }, () => 0));

  function read(topic: number, partition: number): boolean {
    const offset = next[topic]?.[partition];
    const messages = log.filter((one) => one.topic === topic && one.partition === partition);
    const found = offset === undefined ? undefined : messages[offset];
    if (found === undefined || offset === undefined) return false;
    (next[topic] ?? [])[partition] = offset + 1;
    const items = found.ids.map((id): FrameContent => ({
      ...{ kind: 'event', id: String(id), userId: 'ada', body: { ...event, event_id: String(id) } },
    }));
    feed.publish({ topic: topics[topic] ?? '', partition, offset }, items);
    return true;
  }

  return {
    feed,
    read,
    readAll() {
      partitions.forEach((count, topic) => {
        for (let partition = 0; partition < count; partition += 1) while (read(topic, partition));
      });
    },
  };
}

function createClient() {
  let lastId: string | undefined;
  const record: string[] = [];
  let at: Feed | undefined;
  let waiting: OffsetVector | undefined;
  let missed: Iterator<Buffer> | undefined;
  let live: Buffer[] = [];
  let behind: string | undefined;
  const subscriber = {
    filter: { users: new Set(['ada']) },
    send: (frame: SentFrame) => void live.push(frame.bytes),
  };

  function take(bytes: Buffer): void {
    const [, id, data] = /^id: (.*)\nevent: event\ndata: (.*)\n\n$/.exec(bytes.toString()) ?? [];
    move(id);
    record.push((JSON.parse(data ?? '') as { event_id: string }).event_id);
  }

  function move(id: string | undefined): void {
    const vector = (text: string | undefined) => at?.parse(text ?? '') as OffsetVector;
    if (lastId !== undefined && isLower(vector(id), vector(lastId))) behind = id;
    lastId = id;
  }

  /** Joins as soon as the gateway has reached the client. */
  function join(): void {
    if (at === undefined || waiting === undefined || !at.hasReached(waiting)) return;
    missed = at.missedSince(waiting, subscriber.filter)?.[Symbol.iterator]();
    if (missed === undefined) throw new Error('The ring holds everything.');
    waiting = undefined;
    at.subscribers.add(subscriber);
  }

  return {
    record,
    wentBack: () => behind,
    join,
    cut() {
      at?.subscribers.remove(subscriber);
      [at, waiting, missed, live] = [undefined, undefined, undefined, []];
    },
    connect(feed: Feed) {
      this.cut();
      at = feed;
      lastId ??= feed.position()?.id.replace(/\d+(\+\d+)?(?=[,;]|$)/g, '0');
      waiting = feed.parse(lastId ?? '') as OffsetVector;
      join();
    },
    receive(frames: number) {
      for (let count = 0; count < frames; count += 1) {
        const bytes = missed?.next();
        if (bytes?.done === false) take(bytes.value);
        else {
          missed = undefined;
          const next = live.shift();
          if (next === undefined) return;
          take(next);
        }
      }
    },
    keepAlive() {
      const isUpToDate = waiting === undefined && missed === undefined && live.length === 0;
      if (at !== undefined && isUpToDate) move(at.position()?.id);
    },
  };
}

function isLower(one: OffsetVector, other: OffsetVector): boolean {
  return one.some((positions, topic) =>
    positions.some((position, nr) => position < (other[topic]?.[nr] ?? 0)),
  );
}

test('a client that is cut anywhere and resumes anywhere gets each id once', () => {
  fc.assert(
    fc.property(
      fc.array(message, { maxLength: 40 }),
      fc.array(step, { maxLength: 120 }),
      fc.constantFrom(0 as const, 1 as const),
      (log, steps, last) => {
        const gateways = [createGateway(log), createGateway(log)] as const;
        const client = createClient();
        for (const one of steps) {
          if (one.kind === 'read') gateways[one.gateway].read(one.topic, one.partition);
          if (one.kind === 'connect') client.connect(gateways[one.gateway].feed);
          if (one.kind === 'receive') client.receive(one.frames);
          if (one.kind === 'keepAlive') client.keepAlive();
          if (one.kind === 'cut') client.cut();
          client.join();
        }
        client.connect(gateways[last].feed);
        for (const gateway of gateways) gateway.readAll();
        client.join();
        client.receive(1_000);
        expect(client.wentBack()).toBeUndefined();
        expect([...client.record].sort()).toEqual(
          [...new Set(log.flatMap(({ ids }) => ids.map(String)))].sort(),
        );
      },
    ),
    { numRuns: 3_000 },
  );
});
