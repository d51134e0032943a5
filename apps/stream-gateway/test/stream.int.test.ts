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
        () => other.feed.position() === gateway.feed.position() || undefined,
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
    ['nonsense', 'nonsense'],
    ['an id of another topic map', 'v1-00000000.0,0,0;0,0,0;0;0,0,0'],
  ])('resets %s and goes on live', async (_what, id) => {
    const user = randomName('ada');
    const stream = await follow(`?user_id=${user}`, { ...admin, 'last-event-id': id });
    const event = await sendEvent(user);
    const frames = await stream.until(2);
    expect(frames[0]).toMatchObject({ event: 'reset', data: {} });
    expect(frames[1]).toMatchObject({ event: 'event', data: { event_id: event.event_id } });
    const again = await follow(`?user_id=${user}`, { ...admin, 'last-event-id': String(frames[0]?.id) });
    expect((await again.until(1))[0]).toEqual(frames[1]);
  });

  test('resets what is older than the ring', async () => {
    const small = await startGateway(world, { ringFrames: 2 });
    try {
      const user = randomName('ada');
      const stream = await until('it streams', () => follow('', admin, small).catch(() => undefined));
      const oldest = stream.ids[0] ?? (await until('its first id', () => stream.ids[0]));
      for (let events = 0; events < 3; events += 1) await sendEvent(user);
      await stream.until(3);
      const resumed = await follow('', { ...admin, 'last-event-id': oldest }, small);
      expect((await resumed.until(1))[0]?.event).toBe('reset');
    } finally {
      await small.close();
    }
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

  test('ends within two seconds after the key was revoked', async () => {
    const { headers, keyId } = await world.headersOf(['stream']);
    const stream = await follow('', headers);
    await world.keys.revokeKey(keyId);
    const begin = Date.now();
    await stream.ended;
    expect(Date.now() - begin).toBeLessThan(2_500);
    expect(await status('', headers)).toBe(401);
  });

  test('is written to the access log, by subject and never by name', async () => {
    const { headers, accessor } = await world.headersOf(['stream']);
    const user = randomName('canary');
    const subject = (await world.vault.subjectsFor([user])).get(user);
    await follow(`?user_id=${user}`, headers);
    await follow('', headers);
    const rows = await world.admin.query<{ user_id: string | null; access_type: string }>(
      'select user_id, access_type from public.phi_access_log where accessor_id = $1 order by access_time',
      [accessor],
    );
    expect(rows).toEqual([
      { user_id: subject?.subjectId, access_type: 'stream' },
      { user_id: null, access_type: 'stream' },
    ]);
    expect(JSON.stringify(gateway.log.lines)).not.toContain('canary');
  });
});

test('a subscriber that does not read is disconnected and counted, the others go on', async () => {
  const user = randomName('ada');
  const reader = await follow(`?user_id=${user}`);
  const lazy = await new Promise<IncomingMessage>((resolve) => {
    get(`${gateway.url}/stream?user_id=${user}`, { headers: admin }, resolve);
  });
  lazy.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => lazy.once('close', resolve));
  const readings = Array.from({ length: 900 }, (_, index) => buildReading({ value: 40 + (index % 60) }));
  let sent = 0;
  const slow = async () => (await gateway.metrics.metrics()).includes('stream_ended_total{reason="slow"} 1');
  while (!(await slow())) {
    if (sent > 400) throw new Error('The subscriber was never disconnected.');
    const events = Array.from({ length: 20 }, () => buildEvent({ user_id: user, readings }));
    await world.publish(...events.map((event) => world.signed(world.names.events, user, event)));
    sent += events.length;
    await reader.until(sent);
  }
  lazy.resume();
  await closed;
  await sendEvent(user);
  expect((await reader.until(sent + 1)).at(-1)?.event).toBe('event');
});

test('keep-alives move the id on and dispatch nothing', async () => {
  const stream = await follow(`?user_id=${randomName('quiet')}`);
  const first = await until('the first id', () => stream.ids[0]);
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
