import { buildEvent } from '@bridge/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFeed, type Feed } from './feed.ts';
import type { SentFrame } from './frame-ring.ts';
import type { FrameContent } from './read-frame.ts';

const topics = ['events', 'transitions'];
const everyone = { users: undefined };
let feed: Feed;
let offset: number;

beforeEach(() => {
  feed = createFeed(topics, { frames: 100, bytes: 1_000_000, ids: 1_000 });
  feed.begin('cluster', { events: { 0: 5, 1: 0 }, transitions: { 0: 7 } });
  offset = 5;
});

const content = (id: string, userId = 'ada'): FrameContent => ({
  ...{ kind: 'event', id, userId, body: buildEvent({ user_id: userId }) },
});
const position = () => feed.position()?.id ?? '';

function send(userId: string): string {
  feed.publish({ topic: 'events', partition: 0, offset: offset++ }, [content(String(offset), userId)]);
  return position();
}

function listen(...users: string[]) {
  const got: string[] = [];
  const subscriber = {
    filter: { users: users.length === 0 ? undefined : new Set(users) },
    send: (frame: SentFrame) => void got.push(frame.userId),
  };
  feed.subscribers.add(subscriber);
  return { got, subscriber };
}

/** Who is in the frames after an id, or why it can't be resumed from. */
function missed(id: string): string[] | string {
  const vector = feed.parse(id);
  if (typeof vector === 'string') return vector;
  const frames = feed.missedSince(vector, everyone);
  return frames === undefined ? 'forgotten' : [...frames].map(userOf);
}

function userOf(bytes: Buffer): string {
  const [, data] = /\ndata: (.*)\n\n$/.exec(bytes.toString()) ?? [];
  return (JSON.parse(data ?? '') as { user_id: string }).user_id;
}

describe('fan-out', () => {
  it('sends a frame to those who follow the person and to those who follow all', () => {
    const [ada, both, all] = [listen('ada'), listen('ada', 'bob'), listen()];
    send('ada');
    send('bob');
    send('cyd');
    expect(ada.got).toEqual(['ada']);
    expect(both.got).toEqual(['ada', 'bob']);
    expect(all.got).toEqual(['ada', 'bob', 'cyd']);
  });

  it('sends nothing to those who left', () => {
    const { got, subscriber } = listen('ada');
    feed.subscribers.remove(subscriber);
    feed.subscribers.remove(subscriber);
    send('ada');
    expect(got).toEqual([]);
    expect(feed.subscribers.size).toBe(0);
  });

  it('shows an id once, on whatever partition its copies stand', () => {
    const { got } = listen();
    const at = (partition: number, place: number) => ({ topic: 'events', partition, offset: place });
    expect(feed.publish(at(0, 5), [content('a'), undefined, content('a')]).repeated).toBe(1);
    expect(feed.publish(at(1, 0), [content('a'), content('b')]).shown.map(({ id }) => id)).toEqual(['b']);
    expect(got).toHaveLength(2);
  });

  it('takes a message that it has read for read', () => {
    const { got } = listen();
    const place = { topic: 'events', partition: 0, offset: 5 };
    feed.publish(place, [content('a')]);
    expect(feed.publish(place, [content('a')])).toMatchObject({ shown: [], repeated: 0 });
    expect(got).toHaveLength(1);
  });
});

describe('resume', () => {
  it('gives exactly what came after the id', () => {
    send('ada');
    const id = send('bob');
    send('cyd');
    expect(missed(id)).toEqual(['cyd']);
    expect(missed(position())).toEqual([]);
  });

  it('goes on within a message that holds several items', () => {
    const { got, subscriber } = listen();
    const ids: string[] = [];
    subscriber.send = ({ bytes }) => void ids.push(/^id: (.*)\n/.exec(bytes.toString())?.[1] ?? '');
    feed.publish({ topic: 'events', partition: 0, offset: 5 }, [
      ...['ada', 'bob', 'cyd'].map((user) => content(user, user)),
    ]);
    expect(got).toEqual([]);
    expect(ids.map((id) => id.slice(12, 15))).toEqual(['5+1', '5+2', '6,0']);
    expect(ids.map(missed)).toEqual([['bob', 'cyd'], ['cyd'], []]);
  });

  it('counts messages that were skipped as read', () => {
    const id = send('ada');
    feed.publish({ topic: 'transitions', partition: 0, offset: 7 }, [undefined]);
    expect(position()).not.toBe(id);
    expect(missed(id)).toEqual([]);
  });

  it('does not cover an id from before reading began, or whose frames are forgotten', () => {
    expect(missed(position().replace('.5,', '.4,'))).toBe('forgotten');
    const id = send('ada');
    for (let frames = 0; frames < 101; frames += 1) send('bob');
    expect(missed(id)).toBe('forgotten');
  });

  it('has to reach a subscriber that another gateway sent further', () => {
    const ahead = feed.parse(position().replace('.5,', '.7,'));
    if (typeof ahead === 'string') throw new Error(ahead);
    expect(feed.hasReached(ahead)).toBe(false);
    expect(feed.missingFor(ahead)).toEqual([{ topic: 'events', partition: 0, from: 5, to: 7 }]);
    send('ada');
    feed.skip({ topic: 'events', partition: 0, offset: 7 });
    expect(feed.hasReached(ahead)).toBe(true);
    expect(feed.missingFor(ahead)).toEqual([]);
    expect([...(feed.missedSince(ahead, everyone) ?? [])]).toEqual([]);
  });

  it('gives ids that are the maximum of both', () => {
    const ahead = feed.parse(position().replace(';7', ';9'));
    if (typeof ahead === 'string') throw new Error(ahead);
    send('ada');
    feed.skip({ topic: 'transitions', partition: 0, offset: 9 });
    const [frame] = feed.missedSince(ahead, everyone) ?? [];
    expect(frame?.toString()).toMatch(/^id: v1-[0-9a-f]{8}\.6,0;9\n/);
  });

  it('skips a copy of what lies below the id on another partition', () => {
    // Another gateway had read the copy on partition 1 first, this one reads the one on partition 0 first.
    const id = position().replace(',0;', ',1;');
    feed.publish({ topic: 'events', partition: 0, offset: 5 }, [content('a')]);
    feed.publish({ topic: 'events', partition: 1, offset: 0 }, [content('a')]);
    expect(missed(id)).toEqual([]);
  });

  it('goes on when partitions are added, of which nothing was seen', () => {
    const id = send('ada');
    send('bob');
    feed.begin('cluster', { events: { 0: 7, 1: 0, 2: 0 }, transitions: { 0: 7 } });
    feed.publish({ topic: 'events', partition: 2, offset: 0 }, [content('c', 'cyd')]);
    expect(missed(id)).toEqual(['bob', 'cyd']);
    expect(position()).toMatch(/\.7,0,1;7$/);
  });

  it('knows nothing of the ids of another cluster', () => {
    const id = send('ada');
    feed.begin('other', { events: { 0: 6, 1: 0 }, transitions: { 0: 7 } });
    expect(missed(id)).toBe('other_topics');
  });
});

it('has no position before reading begins', () => {
  expect(createFeed(topics, { frames: 1, bytes: 1, ids: 1 }).position()).toBeUndefined();
});
