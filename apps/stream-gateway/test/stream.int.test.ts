import { get, type IncomingMessage } from 'node:http';
import { buildEvent, buildPartnerMessage, buildReading, randomName } from '@bridge/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { followStream, until, type StreamFollower } from './follow-stream.ts';
import { buildChange, buildInsight, buildTransition, createWorld, type World } from './gateway-world.ts';
import { masterKey, startGateway, type Gateway } from './start-gateway.ts';

const admin = { authorization: `Bearer ${masterKey}` };
const open: StreamFollower[] = [];
let world: World;
let gateway: Gateway;

beforeAll(async () => {
  world = await createWorld();
  gateway = await startGateway(world);
  await until('the gateway is ready', async () => (await fetch(`${gateway.url}/ready`)).ok || undefined);
});

afterAll(async () => {
  open.forEach((stream) => stream.close());
  await gateway.close();
  await world.close();
});

async function follow(
  query = '',
  headers: Record<string, string> = admin,
  at = gateway,
): Promise<StreamFollower> {
  const stream = await followStream(`${at.url}/stream${query}`, headers);
  open.push(stream);
  return stream;
}

function sendEvent(userId: string, given: Parameters<typeof buildEvent>[0] = {}) {
  const event = buildEvent({ user_id: userId, ...given });
  return world.publish(world.signed(world.names.events, userId, event)).then(() => event);
}

describe('frames', () => {
  test('of one person reach who follows the person or everyone, in all four kinds', async () => {
    const [ada, bob] = [randomName('ada'), randomName('bob')];
    const [one, other, all] = [
      await follow(`?user_id=${ada}`),
      await follow(`?user_id=${bob}`),
      await follow(),
    ];
    const event = await sendEvent(ada);
    const transition = buildTransition({ user_id: ada });
    const change = buildChange({ user_id: ada });
    const insight = buildInsight({ user_id: ada });
    await world.publish(
      world.signed(world.names.transitions, ada, transition),
      world.signed(world.names.alertChanges, ada, change),
      world.signed(world.names.insights, ada, insight),
    );
    const frames = await one.until(4);
    expect(Object.fromEntries(frames.map(({ event: kind, data }) => [kind, data]))).toEqual({
      event,
      transition,
      alert: change,
      insight,
    });
    await all.until(4);
    expect(all.frames).toEqual(frames);
    expect(other.frames).toEqual([]);
  });

  test('of several persons go into one stream', async () => {
    const [ada, bob] = [randomName('ada'), randomName('bob')];
    const both = await follow(`?user_id=${ada}&user_id=${bob}`);
    await sendEvent(ada);
    await sendEvent(bob);
    const users = (await both.until(2)).map(({ data }) => data['user_id']);
    expect(new Set(users)).toEqual(new Set([ada, bob]));
  });

  test("show a partner's plain JSON, and nothing that cognition would refuse", async () => {
    const all = await follow();
    const user = randomName('partner');
    const plain = (value: Buffer) => ({ topic: world.names.events, key: null, value, headers: {} });
    await world.publish(
      plain(Buffer.from('{"user_id": canary')),
      plain(Buffer.from(JSON.stringify(buildEvent({ user_id: user, source: 'oura' })))),
      {
        topic: world.names.transitions,
        key: null,
        value: Buffer.from(JSON.stringify(buildTransition())),
        headers: {},
      },
      plain(buildPartnerMessage({ user_id: user })),
    );
    const [frame] = await all.until(1);
    expect(frame).toMatchObject({ event: 'event', data: { user_id: user, source: 'partner' } });
    const metrics = await until('the skips are counted', async () => {
      const text = await gateway.metrics.metrics();
      return ['malformed', 'reserved_source', 'unsigned'].every((reason) =>
        text.includes(`reason="${reason}"`),
      )
        ? text
        : undefined;
    });
    expect(metrics).not.toContain('canary');
    expect(JSON.stringify(gateway.log.lines)).not.toContain('canary');
  });

  test('appear once, however often a message repeats under its id', async () => {
    const user = randomName('ada');
    const stream = await follow(`?user_id=${user}`);
    const event = await sendEvent(user);
    await world.publish(world.signed(world.names.events, user, event));
    const last = await sendEvent(user);
    const frames = await stream.until(2);
    expect(frames.map(({ data }) => data['event_id'])).toEqual([event.event_id, last.event_id]);
  });
});

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
    await world.publish(
      world.signed(world.names.insights, bob, buildInsight({ user_id: bob })),
      world.signed(world.names.insights, ada, insight),
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
    const other = await startGateway(world, { startBack: 500 });
    try {
      await until(
        'the other gateway has read',
        () => other.feed.position()?.id === gateway.feed.position()?.id || undefined,
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
    const small = await startGateway(world, { ringFrames: 2 });
    try {
      const user = randomName('ada');
      const { id } = await (await follow(`?user_id=${user}`, admin, small)).notice('snapshot');
      const events = [];
      for (let count = 0; count < 8; count += 1) events.push(await sendEvent(user));
      // A copy of the first on whichever partition the broker chooses.
      const { headers, topic, value } = world.signed(world.names.events, user, events[0]);
      await world.publish({ topic, value, headers, key: user });
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
    const small = await startGateway(world, { ringFrames: 2, replay });
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
    const other = await startGateway(world, { startBack: 500 });
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

describe('a snapshot', () => {
  test('has the newest readings, also those that only the topic has yet', async () => {
    const user = randomName('ada');
    const before = await follow(`?user_id=${user}`);
    await sendEvent(user, { readings: [buildReading({ value: 41 })] });
    await before.until(1);
    const { data } = await (await follow(`?user_id=${user}`)).notice('snapshot');
    expect(data).toMatchObject({ users: [{ user_id: user, readings: [{ value: 41 }] }] });
  });

  test('of everyone has counts, and says where all of them are', async () => {
    expect((await (await follow()).notice('snapshot')).data).toEqual({ counts: {}, more: '/users' });
  });
});

describe('filters', () => {
  test('leave out what was not asked for, live and replayed', async () => {
    const user = randomName('ada');
    const { id } = await (await follow(`?user_id=${user}`)).notice('snapshot');
    const query = `?user_id=${user}&kind=transition&kind=alert&mode=guardian&severity=warning`;
    const live = await follow(query);
    await live.notice('snapshot');
    const send = (name: 'transitions' | 'alertChanges', body: object) =>
      world.publish(world.signed(world.names[name], user, body));
    await sendEvent(user);
    await send('transitions', buildTransition({ user_id: user, to: 'reflex' }));
    await send('alertChanges', buildChange({ user_id: user, severity: 'info' }));
    const change = buildChange({ user_id: user, severity: 'warning' });
    await send('alertChanges', change);
    const transition = buildTransition({ user_id: user, to: 'guardian' });
    await send('transitions', transition);
    const replayed = await follow(query, { ...admin, 'last-event-id': id });
    for (const stream of [live, replayed]) {
      const kinds = (await stream.until(2)).map(({ event, data }) => [event, data]);
      expect(kinds).toContainEqual(['alert', change]);
      expect(kinds).toContainEqual(['transition', transition]);
      expect(stream.frames).toHaveLength(2);
    }
  });

  test('that match nothing give a quiet stream whose id moves on', async () => {
    const stream = await follow(`?user_id=${randomName('nobody')}&kind=alert&mode=pattern`);
    const { id } = await stream.notice('snapshot');
    await sendEvent(randomName('other'));
    await until('the id moves on', () => stream.ids.at(-1) !== id || undefined);
    expect(stream.frames).toEqual([]);
  });
});

describe('who may follow', () => {
  const status = async (query: string, headers: Record<string, string>) => {
    const response = await fetch(`${gateway.url}/stream${query}`, { headers });
    await response.body?.cancel();
    return response.status;
  };

  test('needs a key with the scope, for the person or for everyone', async () => {
    const { headers: limited } = await world.headersOf(['stream'], ['ada']);
    const { headers: unlimited } = await world.headersOf(['stream']);
    const { headers: ingest } = await world.headersOf(['ingest']);
    expect(await status('?user_id=ada', {})).toBe(401);
    expect(await status('?user_id=ada', { authorization: 'Bearer nonsense' })).toBe(401);
    expect(await status('?user_id=ada', ingest)).toBe(403);
    expect(await status('?user_id=bob', limited)).toBe(403);
    expect(await status('', limited)).toBe(200);
    expect(await status('?user_id=', unlimited)).toBe(400);
    expect(await status('?user_id=ada', limited)).toBe(200);
    expect(await status('', unlimited)).toBe(200);
  });

  test('ends within a second after the key was revoked', async () => {
    const { headers, keyId } = await world.headersOf(['stream']);
    const stream = await follow('', headers);
    await world.keys.revokeKey(keyId);
    const begin = Date.now();
    await stream.ended;
    expect(Date.now() - begin).toBeLessThan(1_500);
    expect(stream.notices.at(-1)).toMatchObject({ event: 'end', data: { reason: 'revoked' } });
    expect(await status('', headers)).toBe(401);
  });

  test('ends within a second after the person was erased, and is not opened again', async () => {
    const user = randomName('ada');
    const subject = (await world.vault.subjectsFor([user])).get(user);
    const stream = await follow(`?user_id=${user}`);
    await stream.notice('snapshot');
    await world.admin.query('update keys.subjects set erased_at = now() where subject_id = $1', [
      subject?.subjectId,
    ]);
    const begin = Date.now();
    await stream.ended;
    expect(Date.now() - begin).toBeLessThan(1_500);
    expect(stream.notices.at(-1)?.data).toEqual({ reason: 'erased' });
    expect(await status(`?user_id=${user}`, admin)).toBe(404);
  });

  test('is written to the access log, by subject and never by name', async () => {
    const { headers, keyId } = await world.headersOf(['stream']);
    const user = randomName('canary');
    const subject = (await world.vault.subjectsFor([user])).get(user);
    await follow(`?user_id=${user}`, headers);
    await follow('', headers);
    const rows = await world.admin.query<{ user_id: string | null; access_type: string }>(
      'select user_id, access_type from public.phi_access_log where accessor_id = $1 order by access_time',
      [keyId],
    );
    expect(rows).toEqual([
      { user_id: subject?.subjectId, access_type: 'stream' },
      { user_id: null, access_type: 'stream' },
    ]);
    expect(JSON.stringify(gateway.log.lines)).not.toContain('canary');
  });
});

/** A subscriber that does not read until it is resumed. */
async function followLazily(user: string): Promise<IncomingMessage> {
  const lazy = await new Promise<IncomingMessage>((resolve) => {
    get(`${gateway.url}/stream?user_id=${user}`, { headers: admin }, resolve);
  });
  lazy.on('error', () => undefined);
  return lazy;
}

const longReadings = Array.from({ length: 900 }, (_, index) => buildReading({ value: 40 + (index % 60) }));

/** @returns The number of events that were sent until the condition held. */
async function sendUntil(
  user: string,
  reader: StreamFollower,
  { version = 0, holds }: { readonly version?: number; readonly holds: () => Promise<boolean> },
): Promise<number> {
  const before = reader.frames.length;
  let sent = 0;
  while (!(await holds())) {
    if (sent > 600) throw new Error('It never held.');
    const events = Array.from({ length: 20 }, () =>
      buildEvent({ user_id: user, version, readings: longReadings }),
    );
    await world.publish(...events.map((event) => world.signed(world.names.events, user, event)));
    sent += events.length;
    await reader.until(before + sent);
  }
  return sent;
}

test('a subscriber that does not read for long is cut, with a reason, and the others go on', async () => {
  const user = randomName('ada');
  const reader = await follow(`?user_id=${user}`);
  const lazy = await followLazily(user);
  const closed = new Promise<void>((resolve) => lazy.once('close', resolve));
  const slow = async () => (await gateway.metrics.metrics()).includes('stream_ended_total{reason="slow"} 1');
  // Corrections are never merged.
  const sent = await sendUntil(user, reader, { version: 1, holds: slow });
  let text = '';
  lazy.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await closed;
  expect(text).toContain('event: end\ndata: {"reason":"slow"}\n\n');
  await sendEvent(user);
  expect((await reader.until(sent + 1)).at(-1)?.event).toBe('event');
  // With its last id it gets the rest.
  const last = [...text.matchAll(/^id: (.*)\nevent: event$/gm)].at(-1)?.[1] ?? '';
  const given = text.split('\nevent: event\n').length - 1;
  const resumed = await follow(`?user_id=${user}`, { ...admin, 'last-event-id': last });
  expect(await resumed.until(sent + 1 - given)).toHaveLength(sent + 1 - given);
});

test('a subscriber that reads late gets the newest values, every alert, and how much was merged', async () => {
  const user = randomName('ada');
  const reader = await follow(`?user_id=${user}`);
  const lazy = await followLazily(user);
  // Beyond what the sockets hold: only then frames wait here.
  await sendUntil(user, reader, { holds: () => Promise.resolve(reader.frames.length >= 100) });
  const changes = Array.from({ length: 3 }, () => buildChange({ user_id: user }));
  await world.publish(...changes.map((change) => world.signed(world.names.alertChanges, user, change)));
  const last = await sendEvent(user);
  await reader.until(104);
  let text = '';
  lazy.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await until('the newest event', () => text.includes(last.event_id) || undefined);
  for (const { change_id } of changes) await until('an alert', () => text.includes(change_id) || undefined);
  const events = text.split('\nevent: event\n').length - 1;
  const merged = [...text.matchAll(/^event: lagging\ndata: (.*)$/gm)].map(
    ([, data]) => (JSON.parse(data ?? '') as { merged: number }).merged,
  );
  expect(events + merged.reduce((sum, count) => sum + count, 0)).toBe(101);
  lazy.destroy();
});

test('CR, LF and NUL in whatever a partner may send stay inside of a frame', async () => {
  const stream = await follow();
  const device = 'a\r\n\r\nevent: end\ndata: {}\n\n\u0000b\u2028';
  const user = randomName('ada');
  for (const body of [
    { user_id: `${user}\nid: v1-forged`, device_id: device },
    { user_id: user, device_id: device, event_type: 'heart\nrate', source: 'part\rner' },
    { user_id: user, device_id: 'ring' },
  ]) {
    const value = buildPartnerMessage({
      ...(JSON.parse(buildPartnerMessage().toString()) as object),
      ...body,
    });
    await world.publish({ topic: world.names.events, key: null, value, headers: {} });
  }
  await until('the last of them', () => stream.frames.find(({ data }) => data['device_id'] === 'ring'));
  expect(stream.notices.map(({ event }) => event)).toEqual(['snapshot']);
  expect(stream.ids.every((id) => /^v1-[0-9a-f]{8}\.[\d,;+]+$/.test(id))).toBe(true);
  for (const { data } of stream.frames) expect(JSON.stringify(data)).not.toMatch(/[\r\n\0]/);
});

test('keep-alives move the id on and dispatch nothing', async () => {
  const stream = await follow(`?user_id=${randomName('quiet')}`);
  const { id: first } = await stream.notice('snapshot');
  await sendEvent(randomName('other'));
  const second = await until('a keep-alive', () => stream.ids[1]);
  expect(second).not.toBe(first);
  expect(stream.frames).toEqual([]);
});

test('the group of a gateway is deleted when it stops, and its streams end', async () => {
  const other = await startGateway(world);
  const stream = await until('it streams', () => follow('', admin, other).catch(() => undefined));
  const group = other.log.lines.map(({ fields }) => fields['group']).find((name) => name !== undefined);
  const groups = async () =>
    (await (await world.connection.admin()).listGroups()).groups.map(({ groupId }) => groupId);
  expect(await groups()).toContain(group);
  await other.close();
  await stream.ended;
  expect(await groups()).not.toContain(group);
});
