import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createTestDatabase, createTestService, randomName, testMorning } from '@bridge/testing';
import type { LiveSubject, Vault } from '@bridge/vault';
import { onTestFinished, vi } from 'vitest';
import { z } from 'zod';
import type { ChannelAdapter, Notification, SendResult } from '../src/channels/channel.ts';
import type { DeliveryChannel } from '../src/deliveries/channel-lanes.ts';
import type { DeliverOptions } from '../src/deliveries/deliver.ts';
import { insertDeliveries, type DeliveryWrite } from '../src/deliveries/rows/delivery-writes.ts';
import { wireDeliveries } from '../src/deliveries/wire.ts';
import { openVault } from './start-alerts.ts';

const settings = z.strictObject({ url: z.string() });

/** Posts to its URL under the delivery's id, and judges the status alone. */
const postAdapter: ChannelAdapter<z.infer<typeof settings>> = {
  kind: 'post',
  oneAlertAtATime: false,
  readByPeople: false,
  settings,
  secrets: [],
  async send({ url }, { deliveryId, alerts }) {
    const sent = request(url, { method: 'POST', agent: false, headers: { 'idempotency-key': deliveryId } });
    sent.end(alerts[0].title);
    const [answer] = (await once(sent, 'response')) as [IncomingMessage];
    answer.resume();
    return resultOf(answer.statusCode ?? 0, Number(answer.headers['retry-after'] ?? 0));
  },
};

function resultOf(status: number, retryAfter: number): SendResult {
  if (status < 300) return { kind: 'delivered', status };
  if (status < 400) return { kind: 'failed', reason: 'redirect', status };
  if (status === 410) return { kind: 'gone', status };
  if (status === 429)
    return { kind: 'failed', reason: 'rate_limited', status, retryAfterMs: retryAfter * 1000 };
  if (status >= 500) return { kind: 'failed', reason: 'server_error', status };
  return { kind: 'refused', reason: 'rejected', status };
}

export type Received = { readonly key: string; readonly title: string };

/** A receiver on loopback. `answer` may keep the response open for as long as it likes. */
async function startReceiver(answer: (res: ServerResponse, received: Received) => void) {
  const received: Received[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const one = {
        key: String(req.headers['idempotency-key']),
        title: Buffer.concat(chunks).toString('utf8'),
      };
      received.push(one);
      answer(res, one);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${String(port)}/`,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

export const ok = (res: ServerResponse) => void res.writeHead(204).end();
export const status =
  (code: number, headers: Record<string, string> = {}) =>
  (res: ServerResponse) =>
    void res.writeHead(code, headers).end();
export const hang = () => undefined;

/** The limit only ends a test that hangs, also on a busy machine. */
export const until = (check: () => unknown) => vi.waitFor(check, { timeout: 40_000, interval: 5 });

/** A database with persons, channels and a clock of its own. */
export async function createDeliveryWorld() {
  const database = await createTestDatabase();
  const postgres = database.connect('alerts', 10);
  const owner = database.connect('owner', 2);
  const vault = openVault(postgres.query);
  const clock = { now: testMorning };
  const channels = new Map<string, DeliveryChannel>();
  const closing: { close(): Promise<void> | void }[] = [database, owner, postgres];

  async function addChannel(url: string, adapter: ChannelAdapter = postAdapter as ChannelAdapter) {
    const name = randomName('channel').toLowerCase();
    channels.set(name, { adapter, settings: { url }, state: 'active', fitForHealthData: true });
    await owner.query(
      `insert into alerts.channels (name, kind, fit_for_health_data, state, settings, created_at, updated_at)
       values ($1, 'post', false, 'active', '', now(), now())`,
      [name],
    );
    return name;
  }

  /** Plans deliveries `titles` of one person over a channel; returns their ids. */
  async function plan(channel: string, userId: string, titles: readonly string[]) {
    const person = await personOf(vault, userId);
    const writes = titles.map((title) => deliveryWrite({ channel, person, title, now: clock.now }));
    await write(writes);
    return writes.map(({ notification }) => notification.deliveryId);
  }

  const write = (writes: readonly DeliveryWrite[]) =>
    postgres.transaction(({ pipelineAndCommit }) => pipelineAndCommit([insertDeliveries(writes)]));

  /** A process that delivers until the test ends, with a vault of its own. Channels that it disables are noted. */
  async function deliver(options: DeliverOptions = {}) {
    const readers = openVault(postgres.query);
    const service = createTestService();
    const disabled: string[] = [];
    const unreadable: string[] = [];
    const deliveries = await wireDeliveries(service, {
      postgres,
      vault: readers,
      noteUnreadable: (table, row) => void unreadable.push(`${table}/${row}`),
      channels: () => channels,
      async disableChannel(name, reason) {
        disabled.push(name);
        const channel = channels.get(name);
        if (channel !== undefined) channels.set(name, { ...channel, state: 'disabled' });
        await owner.query(
          `update alerts.channels set state = 'disabled', state_reason = $2 where name = $1`,
          [name, reason],
        );
      },
      pruneOthers: () => Promise.resolve(),
      context: {
        timeoutMs: 30_000,
        request: () => Promise.reject(new Error('not used here')),
        connect: () => Promise.reject(new Error('not used here')),
      },
      options: { pollMs: 20, stopWithinMs: 0, ...options },
      now: () => clock.now,
    });
    onTestFinished(() => service.close());
    return { ...deliveries, disabled, unreadable, metrics: service.metrics, close: () => service.close() };
  }

  async function receiver(answer: (res: ServerResponse, received: Received) => void) {
    const started = await startReceiver(answer);
    onTestFinished(() => started.close());
    return { ...started, channel: await addChannel(started.url) };
  }

  return {
    postgres,
    owner,
    vault,
    clock,
    channels,
    addChannel,
    plan,
    write,
    deliver,
    receiver,
    async close() {
      for (const resource of closing.reverse()) await resource.close();
    },
  };
}

export type DeliveryWorld = Awaited<ReturnType<typeof createDeliveryWorld>>;

export async function personOf(vault: Vault, userId: string): Promise<LiveSubject> {
  const person = (await vault.subjectsFor([userId])).get(userId);
  if (person === undefined || person.erased) throw new Error('expected a person');
  return person;
}

/** A delivery about one alert; its title stands for its content. */
export function deliveryWrite(given: {
  channel: string;
  person: LiveSubject;
  title: string;
  now: number;
}): DeliveryWrite {
  const { channel, person, title, now } = given;
  const id = (part: string) =>
    createHash('sha256').update(`${part}|${channel}|${person.subjectId}|${title}`).digest('hex').slice(0, 32);
  const alertId = id('alert');
  const at = new Date(now).toISOString();
  const notification: Notification = {
    deliveryId: id('delivery'),
    at,
    language: 'en',
    alerts: [
      {
        alertId,
        step: 1,
        reason: 'fired',
        status: 'firing',
        severity: 'warning',
        firingSince: at,
        title,
        links: { open: 'http://localhost/', actions: [] },
      },
    ],
  };
  const steps = [{ alertId, step: 1, reason: 'fired', route: 'default' }] as const;
  return { channel, person, notification, steps, createdAt: now, dueAt: now };
}
