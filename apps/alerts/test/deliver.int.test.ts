import { randomName } from '@bridge/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { ChannelAdapter } from '../src/channels/channel.ts';
import { createDeliveryClaims } from '../src/deliveries/rows/delivery-claims.ts';
import {
  createDeliveryWorld,
  deliveryWrite,
  hang,
  ok,
  personOf,
  status,
  until,
  type DeliveryWorld,
  type Received,
} from './delivery-world.ts';

let world: DeliveryWorld;

beforeAll(async () => {
  world = await createDeliveryWorld();
});
// Channels of earlier tests stay in the database with what waits for them, unknown to later ones.
beforeEach(() => world.channels.clear());
afterAll(() => world.close());

const minute = 60_000;
const hour = 60 * minute;
const keysOf = (received: readonly Received[]) => received.map(({ key }) => key);
const titlesOf = (received: readonly Received[]) => received.map(({ title }) => title);

type Row = {
  status: string;
  dueIn: number;
  attempts: { attempt: number; result: string | null; reason: string | null; http_status: number | null }[];
};

/** By id; `dueIn` in milliseconds from now, on the test's clock. */
async function rowOf(id: string | undefined): Promise<Row> {
  const [row] = await world.postgres.query<Row>(
    `select status, (extract(epoch from due_at) * 1000)::float8 - $2 "dueIn",
            array(select json_build_object('attempt', attempt, 'result', result, 'reason', reason, 'http_status', http_status)
                    from alerts.delivery_attempts a where a.delivery_id = d.delivery_id order by attempt) attempts
       from alerts.deliveries d where delivery_id = $1`,
    [Buffer.from(id ?? '', 'hex'), world.clock.now],
  );
  if (row === undefined) throw new Error('expected a delivery');
  return row;
}

async function statuses(channel: string): Promise<Record<string, number>> {
  const rows = await world.postgres.query<{ status: string; count: number }>(
    'select status, count(*) from alerts.deliveries where channel = $1 group by 1',
    [channel],
  );
  return Object.fromEntries(rows.map((row) => [row.status, row.count]));
}

/** Whatever was due when this was called has been looked at when it returns. */
async function barrier(deliverer: { nudge(): void }): Promise<void> {
  for (let nr = 0; nr < 2; nr += 1) {
    const receiver = await world.receiver(ok);
    await world.plan(receiver.channel, randomName('user'), ['barrier']);
    deliverer.nudge();
    await until(() => expect(receiver.received).toHaveLength(1));
  }
}

test('a person hears one thing after the other, while others need not wait', async () => {
  const gate = Promise.withResolvers<undefined>();
  const receiver = await world.receiver((res, { title }) => {
    if (title === 'first') void gate.promise.then(() => ok(res));
    else ok(res);
  });
  const ada = await world.plan(receiver.channel, 'ada', ['first', 'second', 'third']);
  await world.plan(receiver.channel, 'ben', ['his']);
  const { deliverer } = await world.deliver();
  await until(() => expect(titlesOf(receiver.received).sort()).toEqual(['first', 'his']));
  await barrier(deliverer);
  expect(receiver.received).toHaveLength(2);
  gate.resolve(undefined);
  await until(async () => expect(await statuses(receiver.channel)).toEqual({ delivered: 4 }));
  expect(keysOf(receiver.received).filter((key) => ada.includes(key))).toEqual(ada);
});

test('a delivery that failed holds up what comes after it about the same alert, and nothing else', async () => {
  let answer = status(500);
  const receiver = await world.receiver((res, { title }) => (title === 'other' ? ok(res) : answer(res)));
  const person = await personOf(world.vault, 'ada');
  const write = (title: string) =>
    deliveryWrite({ channel: receiver.channel, person, title, now: world.clock.now });
  const first = write('fails');
  const sameAlert = first.steps.map((step) => ({ ...step, step: 2 }));
  await world.write([first, { ...write('waits'), steps: sameAlert }, write('other')]);
  await world.deliver();
  await until(() => expect(titlesOf(receiver.received)).toEqual(['fails', 'other']));
  const failed = { attempts: [{ result: 'failed' }] };
  await until(async () => expect(await rowOf(first.notification.deliveryId)).toMatchObject(failed));
  answer = ok;
  world.clock.now += minute;
  await until(async () => expect(await statuses(receiver.channel)).toEqual({ delivered: 3 }));
  expect(titlesOf(receiver.received)).toEqual(['fails', 'other', 'fails', 'waits']);
});

test('a receiver that hangs keeps nobody else waiting', async () => {
  const hanging = await world.receiver(hang);
  const people = Array.from({ length: 20 }, (_, nr) => `person-${String(nr)}`);
  for (const person of people) await world.plan(hanging.channel, person, ['hangs']);
  const others = await Promise.all(Array.from({ length: 40 }, () => world.receiver(ok)));
  const { deliverer } = await world.deliver();
  await until(() => expect(hanging.received).toHaveLength(8));
  for (const { channel } of others) await world.plan(channel, 'ada', ['one', 'two']);
  deliverer.nudge();
  await until(() => others.forEach(({ received }) => expect(titlesOf(received)).toEqual(['one', 'two'])));
  expect(hanging.received).toHaveLength(8);
});

test('10,000 that wait for one channel keep nobody else waiting', async () => {
  const busy = await world.receiver(hang);
  const titles = Array.from({ length: 100 }, (_, nr) => `nr ${String(nr)}`);
  for (let nr = 0; nr < 100; nr += 1) await world.plan(busy.channel, `person-${String(nr)}`, titles);
  const { deliverer } = await world.deliver({ pollMs: 500 });
  await until(() => expect(busy.received).toHaveLength(8));
  const quiet = await world.receiver(ok);
  await world.plan(quiet.channel, 'person-1', ['the only one']);
  deliverer.nudge([quiet.channel]);
  await until(() => expect(quiet.received).toHaveLength(1));
  expect(await statuses(busy.channel)).toEqual({ pending: 10_000 });
});

test('behind hundreds that wait for one person, others are found', async () => {
  const receiver = await world.receiver((res, { title }) => (title.startsWith('nr') ? hang() : ok(res)));
  await world.plan(
    receiver.channel,
    'ada',
    Array.from({ length: 500 }, (_, nr) => `nr ${String(nr)}`),
  );
  world.clock.now += 1;
  await world.plan(receiver.channel, 'ben', ['his']);
  await world.deliver();
  await until(() => expect(titlesOf(receiver.received)).toEqual(['nr 0', 'his']));
});

test('what a process leaves is sent again under the same key once its claim has ended', async () => {
  const receiver = await world.receiver((res) => {
    if (receiver.received.length > 1) ok(res);
  });
  const [id] = await world.plan(receiver.channel, 'ada', ['once more']);
  const dying = await world.deliver();
  await until(() => expect(receiver.received).toHaveLength(1));
  await dying.close();
  const { deliverer } = await world.deliver();
  await barrier(deliverer);
  expect(receiver.received).toHaveLength(1);
  world.clock.now += 41_000;
  await until(async () => expect((await rowOf(id)).status).toBe('delivered'));
  expect(keysOf(receiver.received)).toEqual([id, id]);
  expect((await rowOf(id)).attempts).toMatchObject([{ result: null }, { result: 'delivered' }]);
});

test('the result of an attempt that another one has replaced changes nothing', async () => {
  const channel = await world.addChannel('http://127.0.0.1:9/');
  const [id] = await world.plan(channel, 'ada', ['late']);
  const claims = createDeliveryClaims(world.postgres.query);
  const claim = async () => {
    const options = { now: world.clock.now, until: world.clock.now + minute, limit: 10 };
    return (await claims.claim([{ channel, slots: 8 }], options))[0];
  };
  const first = await claim();
  expect(await claim()).toBeUndefined();
  world.clock.now += minute;
  const second = await claim();
  if (first === undefined || second === undefined) throw new Error('expected two claims');
  expect([first.attempt, second.attempt]).toEqual([1, 2]);
  const end = { endedAt: world.clock.now, settlement: { status: 'exhausted' } } as const;
  const late = { ...end, claimed: first, result: { kind: 'failed', reason: 'timeout' } } as const;
  expect(await claims.record([late])).toEqual(new Set());
  expect(await rowOf(id)).toMatchObject({
    status: 'pending',
    attempts: [{ result: null }, { result: null }],
  });
  const delivered = { kind: 'delivered', status: 204 } as const;
  const inTime = { ...end, claimed: second, result: delivered, settlement: { status: 'delivered' } } as const;
  expect(await claims.record([inTime, late])).toEqual(new Set([id]));
  expect(await claims.record([inTime])).toEqual(new Set());
  expect((await rowOf(id)).attempts).toMatchObject([
    { result: null },
    { result: 'delivered', http_status: 204 },
  ]);
});

test('two processes send nothing twice, and keep the order of each person', async () => {
  const people = Array.from({ length: 20 }, (_, nr) => `person-${String(nr)}`);
  const titles = ['1', '2', '3', '4', '5'];
  const receivers = await Promise.all(Array.from({ length: 4 }, () => world.receiver(ok)));
  const planned = new Map<string, string[]>();
  const processes = await Promise.all([world.deliver(), world.deliver()]);
  for (const { channel } of receivers) {
    for (const person of people) {
      planned.set(`${channel} ${person}`, await world.plan(channel, person, titles));
      processes.forEach(({ deliverer }) => deliverer.nudge());
    }
  }
  await until(() => receivers.forEach(({ received }) => expect(received.length).toBeGreaterThanOrEqual(100)));
  for (const { channel, received } of receivers) {
    expect(received).toHaveLength(100);
    for (const person of people) {
      const ids = planned.get(`${channel} ${person}`) ?? [];
      expect(keysOf(received).filter((key) => ids.includes(key))).toEqual(ids);
    }
  }
});

test('a receiver that asks for a pause is left alone for so long', async () => {
  let answer = status(429, { 'retry-after': '600' });
  const receiver = await world.receiver((res) => answer(res));
  const [id] = await world.plan(receiver.channel, 'ada', ['later']);
  const { deliverer } = await world.deliver();
  await until(async () => expect((await rowOf(id)).attempts).toMatchObject([{ result: 'failed' }]));
  expect(await rowOf(id)).toMatchObject({
    status: 'pending',
    dueIn: 600_000,
    attempts: [{ reason: 'rate_limited', http_status: 429 }],
  });
  answer = ok;
  world.clock.now += 599_999;
  await barrier(deliverer);
  expect(receiver.received).toHaveLength(1);
  world.clock.now += 1;
  await until(async () => expect((await rowOf(id)).status).toBe('delivered'));
});

test('a redirect is a failure that is tried again in five seconds', async () => {
  const receiver = await world.receiver(status(302, { location: 'http://169.254.169.254/' }));
  const [id] = await world.plan(receiver.channel, 'ada', ['moved']);
  await world.deliver();
  await until(async () => expect((await rowOf(id)).attempts).toMatchObject([{ result: 'failed' }]));
  const { dueIn, attempts } = await rowOf(id);
  expect(attempts).toMatchObject([{ reason: 'redirect', http_status: 302 }]);
  expect(dueIn >= 5_000 && dueIn <= 6_000).toBe(true);
});

test('410 ends the delivery, disables the channel, and lists what waited for it as given up', async () => {
  const receiver = await world.receiver(status(410));
  const ids = await world.plan(receiver.channel, 'ada', ['one', 'two', 'three']);
  const { disabled } = await world.deliver();
  await until(async () => expect(await statuses(receiver.channel)).toEqual({ gone: 3 }));
  expect(disabled).toEqual([receiver.channel]);
  expect((await rowOf(ids[0])).attempts).toMatchObject([{ result: 'gone', http_status: 410 }]);
  expect((await rowOf(ids[2])).attempts).toEqual([]);
  expect(receiver.received).toHaveLength(1);
});

test('a refusal ends the delivery, and the next one goes out', async () => {
  const receiver = await world.receiver((res, { title }) => (title === 'bad' ? status(400)(res) : ok(res)));
  const [bad, good] = await world.plan(receiver.channel, 'ada', ['bad', 'good']);
  await world.deliver();
  await until(async () => expect((await rowOf(good)).status).toBe('delivered'));
  expect(await rowOf(bad)).toMatchObject({ status: 'refused', attempts: [{ reason: 'rejected' }] });
});

test('after ten attempts it is given up; sent again it has ten more, under the same key', async () => {
  let answer = status(500);
  const receiver = await world.receiver((res) => answer(res));
  const [id = ''] = await world.plan(receiver.channel, 'ada', ['in vain']);
  const { deliverer, list } = await world.deliver();
  for (let nr = 1; nr <= 10; nr += 1) {
    await until(async () => {
      const { attempts } = await rowOf(id);
      expect(attempts.filter(({ result }) => result === 'failed')).toHaveLength(nr);
    });
    world.clock.now += 29 * hour;
  }
  expect((await rowOf(id)).status).toBe('exhausted');
  await barrier(deliverer);
  expect(receiver.received).toHaveLength(10);

  const again = () => list.redeliver(receiver.channel, id, world.clock.now);
  expect(await Promise.all([again(), again()])).toEqual(['pending', 'pending']);
  await until(() => expect(receiver.received).toHaveLength(11));
  await until(async () => expect((await rowOf(id)).attempts[10]).toMatchObject({ result: 'failed' }));
  expect((await rowOf(id)).status).toBe('pending');
  answer = ok;
  // The circuit has been open since the fifth failure; it lets one pass after five minutes at most.
  world.clock.now += hour;
  await until(async () => expect((await rowOf(id)).status).toBe('delivered'));
  expect(new Set(keysOf(receiver.received))).toEqual(new Set([id]));
  expect((await rowOf(id)).attempts.map(({ attempt }) => attempt)).toEqual(
    Array.from({ length: 12 }, (_, nr) => nr + 1),
  );
  expect(await again()).toBe('delivered');
  expect(await list.redeliver('another-channel', id, world.clock.now)).toBe('missing');
});

test('a receiver that is down is left alone, which costs the deliveries no attempts', async () => {
  let answer = status(503);
  const receiver = await world.receiver((res) => answer(res));
  for (let nr = 0; nr < 12; nr += 1) await world.plan(receiver.channel, `person-${String(nr)}`, ['down']);
  const { deliverer, metrics } = await world.deliver({ concurrency: 1 });
  const attempted = async () => {
    const [row] = await world.postgres.query<{ count: number }>(
      'select count(*) from alerts.deliveries where channel = $1 and attempts > 0',
      [receiver.channel],
    );
    return row?.count;
  };
  await until(() => expect(receiver.received).toHaveLength(5));
  await barrier(deliverer);
  expect([receiver.received.length, await attempted()]).toEqual([5, 5]);
  expect(await metrics.metrics()).toContain('alert_channels{state="open"} 1');

  world.clock.now += 30_000;
  await until(() => expect(receiver.received).toHaveLength(6));
  await barrier(deliverer);
  world.clock.now += 59_000;
  await barrier(deliverer);
  expect(receiver.received).toHaveLength(6);

  answer = ok;
  world.clock.now += 1_000;
  await until(async () => expect(await statuses(receiver.channel)).toEqual({ delivered: 12 }));
  expect(await metrics.metrics()).toContain('alert_channels{state="open"} 0');
});

test('an adapter that throws is contained: a fault of the network is tried again, a bug is not', async () => {
  const throwing = (error: Error): ChannelAdapter => ({
    kind: 'throwing',
    oneAlertAtATime: false,
    readByPeople: false,
    settings: world.channels.values().next().value?.adapter.settings as ChannelAdapter['settings'],
    secrets: [],
    send() {
      throw error;
    },
  });
  const reset = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
  const [network] = await world.plan(await world.addChannel('', throwing(reset)), 'ada', ['a']);
  const [bug] = await world.plan(await world.addChannel('', throwing(new TypeError('x'))), 'ada', ['b']);
  await world.deliver();
  await until(async () => {
    expect(await rowOf(network)).toMatchObject({ status: 'pending', attempts: [{ reason: 'connection' }] });
    expect(await rowOf(bug)).toMatchObject({ status: 'refused', attempts: [{ reason: 'template' }] });
  });
});

test('a stopping process takes nothing new and waits for what it sends', async () => {
  const gate = Promise.withResolvers<undefined>();
  const receiver = await world.receiver((res) => void gate.promise.then(() => ok(res)));
  const [first, second] = await world.plan(receiver.channel, 'ada', ['first', 'second']);
  const process = await world.deliver({ stopWithinMs: 20_000 });
  await until(() => expect(receiver.received).toHaveLength(1));
  const closed = process.close();
  gate.resolve(undefined);
  await closed;
  expect((await rowOf(first)).status).toBe('delivered');
  expect(await rowOf(second)).toMatchObject({ status: 'pending', attempts: [] });
});
