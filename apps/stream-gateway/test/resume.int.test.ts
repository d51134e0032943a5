import { randomName } from '@bridge/testing';
import { describe, expect, test } from 'vitest';
import { until } from './follow-stream.ts';
import { buildInsight } from './gateway-world.ts';
import { startGateway } from './start-gateway.ts';
import { admin, useGateway } from './stream-suite.ts';

const suite = useGateway();
const { follow, sendEvent } = suite;

describe('resume', () => {
  test('gives exactly what was missed, by header or query', async () => {
    const user = randomName('ada');
    const before = await follow(`?user_id=${user}`);
    await sendEvent(user);
    const [seen] = await before.until(1);
    before.close();
    const missed = [await sendEvent(user), await sendEvent(user)].map(({ event_id }) => event_id);
    const id = String(seen?.id);
    const all = await follow();
    await sendEvent(user);
    await all.until(1);
    for (const stream of [
      await follow(`?user_id=${user}`, { ...admin, 'last-event-id': id }),
      await follow(`?user_id=${user}&last_event_id=${encodeURIComponent(id)}`),
    ]) {
      const frames = await stream.until(3);
      expect(frames.slice(0, 2).map(({ data }) => data['event_id'])).toEqual(missed);
      expect(frames.map(({ event }) => event)).toEqual(['event', 'event', 'event']);
    }
  });

  test('gives an insight that was missed, to whom it concerns', async () => {
    const [ada, bob] = [randomName('ada'), randomName('bob')];
    const before = await follow(`?user_id=${ada}`);
    await sendEvent(ada);
    const [seen] = await before.until(1);
    before.close();
    const insight = buildInsight({ user_id: ada });
    await suite.world.publish(
      suite.world.signed(suite.world.names.insights, bob, buildInsight({ user_id: bob })),
      suite.world.signed(suite.world.names.insights, ada, insight),
    );
    const resumed = await follow(`?user_id=${ada}`, { ...admin, 'last-event-id': String(seen?.id) });
    const [frame] = await resumed.until(1);
    expect(frame).toMatchObject({ event: 'insight', data: insight });
    await sendEvent(ada);
    expect((await resumed.until(2)).map(({ event }) => event)).toEqual(['insight', 'event']);
  });

  test('goes on at another gateway, without a gap', async () => {
    const user = randomName('ada');
    const stream = await follow(`?user_id=${user}`);
    await sendEvent(user);
    const [seen] = await stream.until(1);
    const other = await startGateway(suite.world, { startBack: 500 });
    try {
      await until(
        'the other gateway has read',
        () => other.feed.position()?.id === suite.gateway.feed.position()?.id || undefined,
      );
      const missed = await sendEvent(user);
      const resumed = await follow(
        `?user_id=${user}`,
        { ...admin, 'last-event-id': String(seen?.id) },
        other,
      );
      const [frame] = await resumed.until(1);
      expect(frame).toMatchObject({ event: 'event', data: { event_id: missed.event_id } });
    } finally {
      await other.close();
    }
  });

  test.each([
    ['nonsense', 'nonsense', 'malformed'],
    ['a number with a NUL behind it', encodeURIComponent('1\0'), 'malformed'],
    ['an id of another topic map', 'v1-00000000.0,0,0;0,0,0;0;0,0,0', 'other_topics'],
    ['an id of another version', 'v9-00000000.0,0,0;0,0,0;0;0,0,0', 'malformed'],
    ['a huge id', '1'.repeat(8_000), 'malformed'],
  ])('resets %s, says why, shows how things are and goes on live', async (_what, id, reason) => {
    const user = randomName('ada');
    const stream = await follow(`?user_id=${user}&last_event_id=${id}`);
    const snapshot = await stream.notice('snapshot');
    expect(stream.notices[0]).toMatchObject({ event: 'reset', id: '', data: { reason } });
    expect(snapshot.data).toMatchObject({ users: [{ user_id: user, mode: null, readings: [], alerts: [] }] });
    const event = await sendEvent(user);
    const [frame] = await stream.until(1);
    expect(frame).toMatchObject({ event: 'event', data: { event_id: event.event_id } });
    const again = await follow(`?user_id=${user}`, { ...admin, 'last-event-id': snapshot.id });
    expect((await again.until(1))[0]).toMatchObject({ data: { event_id: event.event_id } });
    expect(again.notices).toEqual([]);
  });

  test('resets an id from the future', async () => {
    const { id } = await (await follow()).notice('snapshot');
    const ahead = id.replace(/(\d+)(?=,)/, '999999');
    expect((await (await follow('', { ...admin, 'last-event-id': ahead })).notice('reset')).data).toEqual({
      reason: 'future',
    });
  });

  test('resets an id with a partition that no topic has, and goes on from one that lacks an added one', async () => {
    const { id } = await (await follow()).notice('snapshot');
    const more = await follow('', { ...admin, 'last-event-id': id.replace(';', ',0;') });
    expect((await more.notice('reset')).data).toEqual({ reason: 'unknown_partitions' });
  });

  test('reads again from Kafka what is older than the ring, each id once', async () => {
    const small = await startGateway(suite.world, { ringFrames: 2 });
    try {
      const user = randomName('ada');
      const { id } = await (await follow(`?user_id=${user}`, admin, small)).notice('snapshot');
      const events = [];
      for (let count = 0; count < 8; count += 1) events.push(await sendEvent(user));
      // A copy of the first on whichever partition the broker chooses.
      const { headers, topic, value } = suite.world.signed(suite.world.names.events, user, events[0]);
      await suite.world.publish({ topic, value, headers, key: user });
      await sendEvent(randomName('other'));
      const stream = await follow(`?user_id=${user}`, { ...admin, 'last-event-id': id }, small);
      const last = await sendEvent(user);
      const frames = await stream.until(9);
      expect(frames.map(({ data }) => data['event_id'])).toEqual(
        [...events, last].map(({ event_id }) => event_id),
      );
      expect(stream.notices).toEqual([]);
    } finally {
      await small.close();
    }
  });

  test.each([
    ['more than one may have', { messages: 3, bytes: 1_000_000, ageMs: 600_000, atOnce: 2 }, 'too_much'],
    ['more bytes than one may have', { messages: 100, bytes: 10, ageMs: 600_000, atOnce: 2 }, 'too_much'],
    ['what is too old', { messages: 100, bytes: 1_000_000, ageMs: 0, atOnce: 2 }, 'too_old'],
    ['when too many ask', { messages: 100, bytes: 1_000_000, ageMs: 600_000, atOnce: 0 }, 'busy'],
  ])('resets %s', async (_what, replay, reason) => {
    const small = await startGateway(suite.world, { ringFrames: 2, replay });
    try {
      const user = randomName('ada');
      const { id } = await (await follow(`?user_id=${user}`, admin, small)).notice('snapshot');
      const watching = await follow(`?user_id=${user}`, admin, small);
      for (let count = 0; count < 5; count += 1) await sendEvent(user);
      await watching.until(5);
      const stream = await follow(`?user_id=${user}`, { ...admin, 'last-event-id': id }, small);
      await stream.notice('snapshot');
      expect(stream.notices.map(({ event }) => event)).toEqual(['reset', 'snapshot']);
      expect(stream.notices[0]?.data).toEqual({ reason });
    } finally {
      await small.close();
    }
  });

  test('waits until the gateway has read as far as the one before, also when it has just started', async () => {
    const user = randomName('ada');
    const stream = await follow(`?user_id=${user}`);
    const [seen] = [await sendEvent(user), await stream.until(1)];
    const other = await startGateway(suite.world, { startBack: 500 });
    try {
      const resumed = await follow(
        `?user_id=${user}`,
        { ...admin, 'last-event-id': stream.frames[0]?.id ?? '' },
        other,
      );
      const next = await sendEvent(user);
      expect((await resumed.until(1)).map(({ data }) => data['event_id'])).toEqual([next.event_id]);
      expect(next.event_id).not.toBe(seen.event_id);
      expect(resumed.notices).toEqual([]);
    } finally {
      await other.close();
    }
  });
});
