import { buildEvent, createRecordingLog } from '@bridge/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import type { ReadMissed } from './adapters/read-missed.ts';
import { createFeed, type Feed } from './domain/feed.ts';
import type { SentFrame } from './domain/frame-ring.ts';
import type { SseConnection } from './http/sse-connection.ts';
import { createOpenStream } from './open-stream.ts';

let feed: Feed;
let offset: number;
let written: string[];

beforeEach(() => {
  feed = createFeed(['events'], { frames: 4, bytes: 1_000_000, ids: 100 });
  feed.begin('cluster', { events: { 0: 5 } });
  offset = 5;
  written = [];
});

function publish(id: string): void {
  const body = buildEvent({ user_id: 'ada' });
  const place = { topic: 'events', partition: 0, offset: offset++ };
  feed.publish(place, [{ kind: 'event', id, userId: 'ada', body: { ...body, event_id: id } }]);
}

const idAt = (position: number) => feed.position()?.id.replace(/\d+$/, String(position)) ?? '';
/** `event a` or `snapshot`, whatever was written. */
const seen = () =>
  written
    .filter((text) => !text.startsWith(':'))
    .map((text) => {
      const [, kind = '', data = ''] = /event: (\w+)\ndata: (.*)\n/.exec(text) ?? [];
      const { event_id, reason } = JSON.parse(data) as { event_id?: string; reason?: string };
      return [kind, event_id ?? reason].filter((part) => part !== undefined).join(' ');
    });

/** A connection whose subscriber takes everything at once. */
function connect(): SseConnection {
  let isOpen = true;
  let held: SentFrame[] | undefined;
  const write = (bytes: Buffer) => void written.push(bytes.toString());
  return {
    filter: { users: new Set(['ada']) },
    write,
    hold: () => void (held = []),
    release() {
      for (const { bytes } of held ?? []) write(bytes);
      held = undefined;
    },
    send(frame) {
      if (held) held.push(frame);
      else write(frame.bytes);
    },
    replay(missed) {
      for (const bytes of missed) write(bytes);
    },
    writable: () => Promise.resolve(),
    keepAlive: () => undefined,
    end(reason) {
      isOpen = false;
      written.push(`event: end\ndata: {"reason":"${reason}"}\n\n`);
    },
    stalledSince: undefined,
    get isOpen() {
      return isOpen;
    },
  };
}

type Given = {
  readonly readMissed?: ReadMissed;
  readonly exists?: boolean;
  readonly isWarm?: () => boolean;
  readonly loadSnapshot?: () => Promise<{ users: [] }>;
  readonly skipEmpty?: () => Promise<void>;
};

function opening({ readMissed, exists = true, isWarm = () => true, loadSnapshot, skipEmpty }: Given = {}) {
  return createOpenStream({
    feed,
    readMissed: readMissed ?? (() => Promise.resolve({ ok: false, reason: 'too_old' })),
    loadSnapshot: loadSnapshot ?? (() => Promise.resolve({ users: [] })),
    exists: () => Promise.resolve(exists),
    skipEmpty: skipEmpty ?? (() => Promise.resolve()),
    isWarm,
    log: createRecordingLog(),
    patienceMs: 60,
  });
}

describe('a new stream', () => {
  it('begins with a snapshot, and loses nothing that comes while it is read', async () => {
    publish('before');
    const loadSnapshot = () => {
      publish('meanwhile');
      return Promise.resolve({ users: [] as [] });
    };
    expect(await opening({ loadSnapshot })(connect(), undefined)).toBe('live');
    publish('after');
    expect(seen()).toEqual(['snapshot', 'event meanwhile', 'event after']);
    // The id of the snapshot is from before what came meanwhile.
    expect(written[0]).toContain(`id: ${idAt(6)}\n`);
  });

  it('waits until the gateway has read what was there when it started', async () => {
    let warm = false;
    const opened = opening({ isWarm: () => warm })(connect(), undefined);
    publish('old');
    warm = true;
    await opened;
    expect(seen()).toEqual(['snapshot']);
  });

  it('says that the snapshot can not be had, and goes on', async () => {
    await opening({ loadSnapshot: () => Promise.reject(new Error('away')) })(connect(), undefined);
    publish('a');
    expect(written[0]).toContain('{"unavailable":true}');
    expect(seen()[1]).toBe('event a');
  });
});

describe('a resumed stream', () => {
  it('gives what was missed, then what comes', async () => {
    publish('a');
    publish('b');
    expect(await opening()(connect(), idAt(6))).toBe('resumed');
    publish('c');
    expect(seen()).toEqual(['event b', 'event c']);
  });

  it('waits for a gateway that has read less than the one before', async () => {
    const opened = opening()(connect(), idAt(7));
    for (const id of ['a', 'b', 'c']) publish(id);
    expect(await opened).toBe('resumed');
    expect(seen()).toEqual(['event c']);
  });

  it('does not wait for what nobody will ever read', async () => {
    const skipEmpty = () => {
      feed.skip({ topic: 'events', partition: 0, offset: 7 });
      return Promise.resolve();
    };
    expect(await opening({ skipEmpty })(connect(), idAt(7))).toBe('resumed');
  });

  it('is ended where the gateway stays behind, so that it can go elsewhere', async () => {
    expect(await opening()(connect(), idAt(7))).toBe('ended');
    expect(seen()).toEqual(['end behind']);
  });

  it('goes on from Kafka where the ring has forgotten, and then from the ring', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) publish(id);
    const readMissed: ReadMissed = (reader) => {
      reader.write(Buffer.from('event: event\ndata: {"event_id":"from Kafka"}\n\n'));
      const to = feed.position()?.vector ?? [];
      publish('meanwhile');
      return Promise.resolve({ ok: true, vector: to });
    };
    expect(await opening({ readMissed })(connect(), idAt(5))).toBe('resumed');
    expect(seen()).toEqual(['event from Kafka', 'event meanwhile']);
  });
});

describe('a reset', () => {
  it.each([
    ['an id that means nothing', 'nonsense', {}, 'malformed'],
    ['an id from the future', undefined, { exists: false }, 'future'],
  ])('of %s says why, then how things are', async (_what, id, given, reason) => {
    expect(await opening(given)(connect(), id ?? idAt(99))).toBe('reset');
    publish('a');
    expect(seen()).toEqual([`reset ${reason}`, 'snapshot', 'event a']);
    // Who is cut between the two comes back with the id of before, and gets both again.
    expect(written[0]).not.toContain('id:');
  });

  it('follows where even Kafka is not enough', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) publish(id);
    await opening()(connect(), idAt(5));
    expect(seen()).toEqual(['reset too_old', 'snapshot']);
  });

  it('ends a chase after a ring that always moves on', async () => {
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) publish(id);
    let nr = 0;
    const readMissed: ReadMissed = () => {
      const vector = feed.position()?.vector ?? [];
      for (let count = 0; count < 6; count += 1) publish(`more ${nr++}`);
      return Promise.resolve({ ok: true, vector });
    };
    await opening({ readMissed })(connect(), idAt(5));
    expect(seen()).toEqual(['reset too_much', 'snapshot']);
  });
});
