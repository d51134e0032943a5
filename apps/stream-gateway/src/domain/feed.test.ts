import { buildEvent } from '@bridge/testing';
import { beforeEach, describe, expect, it } from 'vitest';
import { createFeed, type Feed } from './feed.ts';
import { type SentFrame } from './frame-ring.ts';

const topics = ['events', 'transitions'];
let feed: Feed;
let offset: number;

beforeEach(() => {
  feed = createFeed(topics, { frames: 100, bytes: 1_000_000 });
  feed.begin('cluster', { events: { 0: 5, 1: 0 }, transitions: { 0: 7 } });
  offset = 5;
});

function send(userId: string): string {
  const place = { topic: 'events', partition: 0, offset: offset++ };
  feed.advance(place);
  feed.publish(place, { kind: 'event', id: String(offset), userId, body: buildEvent({ user_id: userId }) });
  return feed.position() ?? '';
}

function listen(...users: string[]) {
  const got: string[] = [];
  const subscriber = {
    users: users.length === 0 ? undefined : new Set(users),
    send: (frame: SentFrame) => void got.push(frame.userId),
  };
  feed.subscribers.add(subscriber);
  return { got, subscriber };
}

function missed(id: string | undefined): string[] | string {
  const beginning = feed.resume(id);
  return beginning.kind === 'resumed' ? [...beginning.missed].map(({ userId }) => userId) : beginning.kind;
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
});

describe('resume', () => {
  it('begins live without an id', () => {
    expect(missed(undefined)).toBe('live');
  });

  it('gives exactly what came after the id', () => {
    send('ada');
    const id = send('bob');
    send('cyd');
    expect(missed(id)).toEqual(['cyd']);
    expect(missed(feed.position())).toEqual([]);
  });

  it('counts messages that were skipped as read', () => {
    const id = send('ada');
    feed.advance({ topic: 'transitions', partition: 0, offset: 7 });
    expect(feed.position()).not.toBe(id);
    expect(missed(id)).toEqual([]);
  });

  it('resets an id from before reading began', () => {
    const id = feed.position()?.replace('.5,', '.4,');
    expect(missed(id)).toBe('reset');
  });

  it('resets an id whose frames are forgotten', () => {
    const id = send('ada');
    for (let frames = 0; frames < 101; frames += 1) send('bob');
    expect(missed(id)).toBe('reset');
  });

  it('takes an id of a gateway that was ahead, but not one from nowhere', () => {
    expect(missed(feed.position()?.replace('.5,', '.50,'))).toEqual([]);
    expect(missed(feed.position()?.replace('.5,', '.5000,'))).toBe('reset');
  });

  it('resets all ids when partitions were added or the cluster is another one', () => {
    const id = send('ada');
    feed.begin('cluster', { events: { 0: 6, 1: 0, 2: 0 }, transitions: { 0: 7 } });
    expect(missed(id)).toBe('reset');
    const next = feed.position();
    feed.begin('other', { events: { 0: 6, 1: 0, 2: 0 }, transitions: { 0: 7 } });
    expect(missed(next)).toBe('reset');
  });

  it('goes on when the same partitions are assigned again', () => {
    const id = send('ada');
    send('bob');
    feed.begin('cluster', { events: { 0: 7, 1: 0 }, transitions: { 0: 7 } });
    expect(missed(id)).toEqual(['bob']);
  });
});

it('has no position before reading begins', () => {
  expect(createFeed(topics, { frames: 1, bytes: 1 }).position()).toBeUndefined();
});
