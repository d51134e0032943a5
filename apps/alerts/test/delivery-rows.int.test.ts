import { createAuthenticator, createKeyRing, createRequireScope } from '@bridge/auth';
import { deliveryListSchema } from '@bridge/contracts';
import { createHttpApp, mountErrors, serveHttp, type HttpServer } from '@bridge/service-runtime';
import { randomName, silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createDeliveryList } from '../src/deliveries/rows/delivery-list.ts';
import { createDeliveryUpkeep } from '../src/deliveries/rows/delivery-upkeep.ts';
import type { DeliveryWrite } from '../src/deliveries/rows/delivery-writes.ts';
import { mountDeliveryRoutes } from '../src/deliveries/routes/delivery-routes.ts';
import {
  createDeliveryWorld,
  deliveryWrite,
  ok,
  personOf,
  status,
  until,
  type DeliveryWorld,
} from './delivery-world.ts';
import { masterKey } from './start-alerts.ts';

let world: DeliveryWorld;
let server: HttpServer;
const nudged: string[] = [];
/** Alerts that a key of some users may see. */
const visible = new Set<string>();

beforeAll(async () => {
  world = await createDeliveryWorld();
  const { query } = world.postgres;
  const app = createHttpApp({ log: silentLog, metrics: new Registry() });
  mountDeliveryRoutes(app, {
    deliveries: createDeliveryList(query),
    channels: () => world.channels,
    nudge: (channels) => void nudged.push(...channels),
    maySeeAlert: (alertId, { users }) => users === undefined || visible.has(alertId),
    requireScope: createRequireScope(createAuthenticator({ query, vault: world.vault, masterKey })),
    now: () => world.clock.now,
  });
  mountErrors(app);
  server = await serveHttp(app, { host: '127.0.0.1', port: 0 }, silentLog);
});
beforeEach(() => world.channels.clear());
afterAll(async () => {
  await server.close();
  await world.close();
});

async function call(method: string, path: string, key = masterKey) {
  const res = await fetch(server.url + path, { method, headers: { authorization: `Bearer ${key}` } });
  const text = await res.text();
  return { status: res.status, link: res.headers.get('link'), body: JSON.parse(text) as unknown, text };
}

async function listed(path: string, key = masterKey) {
  const answer = await call('GET', path, key);
  expect(answer.status).toBe(200);
  return { ...deliveryListSchema.parse(answer.body), link: answer.link };
}

const idsIn = (list: { deliveries: readonly { delivery_id: string }[] }) =>
  list.deliveries.map(({ delivery_id }) => delivery_id);

function createKey(scopes: ('admin' | 'alerts')[]) {
  const ring = createKeyRing({ query: world.owner.query, vault: world.vault });
  return ring.createKey({ label: 'test', scopes, users: ['ada'] });
}

async function count(channel: string): Promise<number | undefined> {
  const [row] = await world.postgres.query<{ count: number }>(
    'select count(*) from alerts.deliveries where channel = $1',
    [channel],
  );
  return row?.count;
}

test('a repeated id or a repeated step writes nothing at all', async () => {
  const channel = await world.addChannel('');
  const person = await personOf(world.vault, 'ada');
  const one = deliveryWrite({ channel, person, title: 'one', now: world.clock.now });
  const two = deliveryWrite({ channel, person, title: 'two', now: world.clock.now });
  await world.write([one]);
  const refused = expect.objectContaining({ code: 'BB002' }) as Error;
  await expect(world.write([two, one])).rejects.toThrow(refused);
  await expect(world.write([{ ...two, steps: one.steps }])).rejects.toThrow(refused);
  expect(await count(channel)).toBe(1);
});

test('no row holds what a message says', async () => {
  const canary = randomName('canary');
  const channel = await world.addChannel('');
  await world.plan(channel, canary, [canary]);
  const rows = await world.owner.query<{ text: string }>(
    `select d::text || encode(content, 'escape') || s::text "text" from alerts.deliveries d
       join alerts.delivery_steps s using (delivery_id) where d.channel = $1`,
    [channel],
  );
  expect(rows).toHaveLength(1);
  expect(rows[0]?.text).not.toContain(canary);
});

test('content that was moved to another row is refused', async () => {
  const receiver = await world.receiver(ok);
  await world.plan(receiver.channel, 'ada', ['one', 'two']);
  await world.owner.query(
    `update alerts.deliveries d set content = (
       select content from alerts.deliveries e where e.channel = $1 and e.place <> d.place) where channel = $1`,
    [receiver.channel],
  );
  await world.deliver();
  await until(async () => {
    const page = await listed(`/channels/${receiver.channel}/deliveries?status=refused`);
    expect(page.deliveries).toHaveLength(2);
  });
  expect(receiver.received).toEqual([]);
});

test('nothing is sent about a person who was erased', async () => {
  const receiver = await world.receiver(ok);
  await world.plan(receiver.channel, 'erased', ['forget me']);
  const { subjectId } = await personOf(world.vault, 'erased');
  await world.owner.query('delete from keys.subject_keys where subject_id = $1', [subjectId]);
  await world.deliver();
  await until(async () => {
    expect((await listed(`/channels/${receiver.channel}/deliveries?status=dropped`)).deliveries).toHaveLength(
      1,
    );
  });
  expect(receiver.received).toEqual([]);
});

test("a channel's deliveries are listed by pages, newest first, and filtered", async () => {
  const channel = await world.addChannel('');
  const ids = await world.plan(channel, 'ada', ['1', '2', '3', '4', '5']);
  const path = `/channels/${channel}/deliveries`;
  const first = await listed(`${path}?limit=2&status=pending`);
  expect(idsIn(first)).toEqual([ids[4], ids[3]]);
  expect(first.link).toBe(`<${path}?status=pending&limit=2&cursor=${String(first.next)}>; rel="next"`);
  const second = await listed(`${path}?limit=2&cursor=${String(first.next)}`);
  const third = await listed(`${path}?limit=2&cursor=${String(second.next)}`);
  expect([...idsIn(second), ...idsIn(third)]).toEqual([ids[2], ids[1], ids[0]]);
  expect([third.next, third.link]).toEqual([null, null]);
  expect(first.deliveries[0]).toMatchObject({
    channel,
    status: 'pending',
    attempts: [],
    steps: [{ step: 1, reason: 'fired', route: 'default' }],
  });
  const alertId = first.deliveries[0]?.steps[0]?.alert_id ?? '';
  expect(idsIn(await listed(`${path}?alert_id=${alertId}`))).toEqual([ids[4]]);
  expect(idsIn(await listed(`${path}?status=exhausted`))).toEqual([]);
});

test("an alert's deliveries are for those who may see its person", async () => {
  const channels = [await world.addChannel(''), await world.addChannel('')];
  const person = await personOf(world.vault, 'ada');
  const [one, other] = channels.map((channel) =>
    deliveryWrite({ channel, person, title: 'one', now: world.clock.now }),
  );
  if (one === undefined || other === undefined) throw new Error('expected two');
  const steps = one.steps;
  await world.write([one, { ...other, steps }]);
  const alertId = steps[0]?.alertId ?? '';
  const { key } = await createKey(['alerts']);
  const { key: limitedAdmin } = await createKey(['admin']);
  expect((await call('GET', `/alerts/${alertId}/deliveries`, key)).status).toBe(404);
  visible.add(alertId);
  const page = await listed(`/alerts/${alertId}/deliveries`, key);
  expect(page.deliveries.map(({ channel }) => channel)).toEqual(channels.toReversed());
  const path = `/channels/${String(channels[0])}/deliveries`;
  // Others' alerts stand there too, so an admin key that is for some persons is refused as well.
  for (const refused of [key, limitedAdmin]) {
    expect((await call('GET', path, refused)).status).toBe(403);
    expect((await call('POST', `${path}/${'f'.repeat(32)}/retry`, refused)).status).toBe(403);
  }
});

test('bad parameters are named and not repeated', async () => {
  const path = `/channels/${await world.addChannel('')}/deliveries`;
  for (const [query, field] of [
    ['status=nonsense-canary', 'status'],
    ['limit=0', 'limit'],
    ['cursor=canary!', 'cursor'],
    ['alert_id=canary', 'alert_id'],
    ['canary=1', '(query)'],
  ]) {
    const answer = await call('GET', `${path}?${String(query)}`);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({ errors: [{ path: field }] });
    expect(answer.text).not.toContain('canary');
  }
  expect((await call('GET', '/channels/NOT-A-NAME/deliveries')).status).toBe(404);
  expect((await call('GET', '/alerts/nonsense/deliveries')).status).toBe(404);
});

test('what was given up is sent again by request', async () => {
  const receiver = await world.receiver((res) =>
    receiver.received.length === 1 ? status(400)(res) : ok(res),
  );
  const { channel } = receiver;
  const [id] = await world.plan(channel, 'ada', ['again']);
  const path = `/channels/${channel}/deliveries`;
  await world.deliver();
  await until(async () => expect((await listed(`${path}?status=refused`)).deliveries).toHaveLength(1));
  const retry = (name = channel, delivery = id) =>
    call('POST', `/channels/${name}/deliveries/${String(delivery)}/retry`);
  expect(await retry()).toMatchObject({ status: 202, body: { delivery_id: id, status: 'pending' } });
  expect(nudged).toContain(channel);
  await until(async () => expect((await listed(`${path}?status=delivered`)).deliveries).toHaveLength(1));
  expect(receiver.received.map(({ key }) => key)).toEqual([id, id]);
  expect((await retry()).status).toBe(409);
  expect((await retry(channel, 'f'.repeat(32))).status).toBe(404);
  expect((await retry('unknown')).status).toBe(404);
  const settings = world.channels.get(channel);
  if (settings !== undefined) world.channels.set(channel, { ...settings, state: 'disabled' });
  expect((await retry()).status).toBe(409);
});

test('what waits for a channel that is away is given up, also when it was planned too late to notice', async () => {
  const upkeep = createDeliveryUpkeep(world.postgres.query);
  const [deleted, gone, stays] = [
    await world.addChannel(''),
    await world.addChannel(''),
    await world.addChannel(''),
  ];
  for (const channel of [deleted, gone, stays]) await world.plan(channel, 'ada', ['waits']);
  await world.owner.query('delete from alerts.channels where name = $1', [deleted]);
  await upkeep.giveUp(deleted, 'dropped', world.clock.now);
  await world.plan(deleted, 'ada', ['too late']);
  await world.owner.query(
    `update alerts.channels set state = 'disabled', state_reason = 'gone' where name = $1`,
    [gone],
  );
  await upkeep.giveUpOrphans(world.clock.now);
  const statusesOf = async (channel: string) =>
    (await listed(`/channels/${channel}/deliveries`)).deliveries.map((delivery) => delivery.status);
  expect(await statusesOf(deleted)).toEqual(['dropped', 'dropped']);
  expect(await statusesOf(gone)).toEqual(['gone']);
  expect(await statusesOf(stays)).toEqual(['pending']);
});

test('settled deliveries are kept for 90 days, pending ones for as long as they are', async () => {
  const upkeep = createDeliveryUpkeep(world.postgres.query);
  const settled = await world.addChannel('');
  const pending = await world.addChannel('');
  await world.plan(settled, 'ada', ['old']);
  await world.plan(pending, 'ada', ['waits']);
  await upkeep.giveUp(settled, 'dropped', world.clock.now);
  const days = (count: number) => world.clock.now + count * 86_400_000;
  await upkeep.prune(days(90));
  expect(await count(settled)).toBe(1);
  await upkeep.prune(days(90) + 1);
  expect([await count(settled), await count(pending)]).toEqual([0, 1]);
});

test('the time from a signal to its first message is measured, of alerts that fire', async () => {
  const receiver = await world.receiver(ok);
  const { metrics, deliverer } = await world.deliver();
  const person = await personOf(world.vault, 'measured');
  const { channel } = receiver;
  const write = deliveryWrite({ channel, person, title: 'first', now: world.clock.now - 4_000 });
  const [alert] = write.notification.alerts;
  const again: DeliveryWrite = {
    ...deliveryWrite({ channel, person, title: 'again', now: world.clock.now }),
    notification: {
      ...write.notification,
      deliveryId: 'e'.repeat(32),
      alerts: [{ ...alert, step: 2, reason: 'repeated' }],
    },
    steps: [{ alertId: alert.alertId, step: 2, reason: 'repeated', route: 'default' }],
  };
  await world.write([write, again]);
  deliverer.nudge();
  await until(() => expect(receiver.received).toHaveLength(2));
  await until(async () => {
    const text = await metrics.metrics();
    expect(text).toContain('alert_deliveries_total{channel_kind="post",result="delivered"} 2');
    expect(text).toContain('alert_signal_to_delivery_seconds_sum{severity="warning"} 4\n');
    expect(text).toContain('alert_signal_to_delivery_seconds_count{severity="warning"} 1');
  });
});

test('the oldest pending delivery is measured, and channels by state', async () => {
  await world.owner.query("update alerts.deliveries set status = 'dropped' where status = 'pending'");
  const receiver = await world.receiver(status(400));
  const process = await world.deliver();
  const value = async (line: string) => expect(await process.metrics.metrics()).toContain(line);
  await value('alert_delivery_oldest_pending_seconds 0');
  await value('alert_channels{state="active"} 1');
  await world.plan(receiver.channel, 'ada', ['refused']);
  await until(() => value('alert_deliveries_total{channel_kind="post",result="refused"} 1'));
  const paused = await world.addChannel('');
  const channel = world.channels.get(paused);
  if (channel !== undefined) world.channels.set(paused, { ...channel, state: 'disabled' });
  await world.plan(paused, 'ada', ['waits']);
  world.clock.now += 7_000;
  await value('alert_delivery_oldest_pending_seconds 7');
  await value('alert_channels{state="disabled"} 1');
  expect(await process.metrics.metrics()).not.toContain(receiver.channel);
});
