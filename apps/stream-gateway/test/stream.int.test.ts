import { buildEvent, buildPartnerMessage, randomName } from '@bridge/testing';
import { describe, expect, test } from 'vitest';
import { until } from './follow-stream.ts';
import { buildChange, buildInsight, buildTransition } from './gateway-world.ts';
import { startGateway } from './start-gateway.ts';
import { admin, useGateway } from './stream-suite.ts';

const suite = useGateway();
const { follow, sendEvent } = suite;

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
    await suite.world.publish(
      suite.world.signed(suite.world.names.transitions, ada, transition),
      suite.world.signed(suite.world.names.alertChanges, ada, change),
      suite.world.signed(suite.world.names.insights, ada, insight),
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
    const plain = (value: Buffer) => ({ topic: suite.world.names.events, key: null, value, headers: {} });
    await suite.world.publish(
      plain(Buffer.from('{"user_id": canary')),
      plain(Buffer.from(JSON.stringify(buildEvent({ user_id: user, source: 'oura' })))),
      {
        topic: suite.world.names.transitions,
        key: null,
        value: Buffer.from(JSON.stringify(buildTransition())),
        headers: {},
      },
      plain(buildPartnerMessage({ user_id: user })),
    );
    const [frame] = await all.until(1);
    expect(frame).toMatchObject({ event: 'event', data: { user_id: user, source: 'partner' } });
    const metrics = await until('the skips are counted', async () => {
      const text = await suite.gateway.metrics.metrics();
      return ['malformed', 'reserved_source', 'unsigned'].every((reason) =>
        text.includes(`reason="${reason}"`),
      )
        ? text
        : undefined;
    });
    expect(metrics).not.toContain('canary');
    expect(JSON.stringify(suite.gateway.log.lines)).not.toContain('canary');
  });

  test('appear once, however often a message repeats under its id', async () => {
    const user = randomName('ada');
    const stream = await follow(`?user_id=${user}`);
    const event = await sendEvent(user);
    await suite.world.publish(suite.world.signed(suite.world.names.events, user, event));
    const last = await sendEvent(user);
    const frames = await stream.until(2);
    expect(frames.map(({ data }) => data['event_id'])).toEqual([event.event_id, last.event_id]);
  });
});

describe('who may follow', () => {
  const status = async (query: string, headers: Record<string, string>) => {
    const response = await fetch(`${suite.gateway.url}/stream${query}`, { headers });
    await response.body?.cancel();
    return response.status;
  };

  test('needs a key with the scope, for the person or for everyone', async () => {
    const { headers: limited } = await suite.world.headersOf(['stream'], ['ada']);
    const { headers: unlimited } = await suite.world.headersOf(['stream']);
    const { headers: ingest } = await suite.world.headersOf(['ingest']);
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
    const { headers, keyId } = await suite.world.headersOf(['stream']);
    const stream = await follow('', headers);
    await suite.world.keys.revokeKey(keyId);
    const begin = Date.now();
    await stream.ended;
    expect(Date.now() - begin).toBeLessThan(1_500);
    expect(stream.notices.at(-1)).toMatchObject({ event: 'end', data: { reason: 'revoked' } });
    expect(await status('', headers)).toBe(401);
  });

  test('ends within a second after the person was erased, and is not opened again', async () => {
    const user = randomName('ada');
    const subject = (await suite.world.vault.subjectsFor([user])).get(user);
    const stream = await follow(`?user_id=${user}`);
    await stream.notice('snapshot');
    await suite.world.admin.query('update keys.subjects set erased_at = now() where subject_id = $1', [
      subject?.subjectId,
    ]);
    const begin = Date.now();
    await stream.ended;
    expect(Date.now() - begin).toBeLessThan(1_500);
    expect(stream.notices.at(-1)?.data).toEqual({ reason: 'erased' });
    expect(await status(`?user_id=${user}`, admin)).toBe(404);
  });

  test('is written to the access log, by subject and never by name', async () => {
    const { headers, accessor } = await suite.world.headersOf(['stream']);
    const user = randomName('canary');
    const subject = (await suite.world.vault.subjectsFor([user])).get(user);
    await follow(`?user_id=${user}`, headers);
    await follow('', headers);
    const rows = await suite.world.admin.query<{ user_id: string | null; access_type: string }>(
      'select user_id, access_type from public.phi_access_log where accessor_id = $1 order by access_time',
      [accessor],
    );
    expect(rows).toEqual([
      { user_id: subject?.subjectId, access_type: 'stream' },
      { user_id: null, access_type: 'stream' },
    ]);
    expect(JSON.stringify(suite.gateway.log.lines)).not.toContain('canary');
  });
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
    await suite.world.publish({ topic: suite.world.names.events, key: null, value, headers: {} });
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
  const other = await startGateway(suite.world);
  const stream = await until('it streams', () => follow('', admin, other).catch(() => undefined));
  const group = other.log.lines.map(({ fields }) => fields['group']).find((name) => name !== undefined);
  const groups = async () =>
    (await (await suite.world.connection.admin()).listGroups()).groups.map(({ groupId }) => groupId);
  expect(await groups()).toContain(group);
  await other.close();
  await stream.ended;
  expect(await groups()).not.toContain(group);
});
