import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAuthenticator, createKeyRing, createRequireScope, type Scope } from '@bridge/auth';
import type { Routing } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import { createHttpApp, mountErrors, serveHttp } from '@bridge/service-runtime';
import {
  createRecordingLog,
  createTestDatabase,
  createTestService,
  randomName,
  testMorning,
} from '@bridge/testing';
import { z } from 'zod';
import type { ChannelAdapter, Notification } from '../src/channels/channel.ts';
import { wireConfiguration } from '../src/configuration/wire.ts';
import type { SilenceConcern } from '../src/configuration/change-silence.ts';
import { createDeliveryUpkeep } from '../src/deliveries/rows/delivery-upkeep.ts';
import { masterKey, openVault } from './start-alerts.ts';

const settings = z.strictObject({
  url: z.url({ protocol: /^http$/ }),
  token: z.string().regex(/^[\w-]+$/, 'must be letters, digits, - and _'),
  keys: z.array(z.string().min(1)).max(3).default([]),
});

/** A channel to an HTTP server on loopback. */
const bell: ChannelAdapter<z.infer<typeof settings>> = {
  kind: 'bell',
  oneAlertAtATime: false,
  readByPeople: true,
  settings,
  secrets: ['token', 'keys'],
  async send({ url, token }, { deliveryId }) {
    const headers = { authorization: `Bearer ${token}` };
    const { status } = await fetch(url, { method: 'POST', headers, body: deliveryId });
    if (status === 410) return { kind: 'gone', status };
    return status < 300 ? { kind: 'delivered', status } : { kind: 'refused', reason: 'rejected', status };
  },
};

const testNotification: Notification = {
  deliveryId: 'test',
  at: new Date(testMorning).toISOString(),
  language: 'en',
  alerts: [
    {
      alertId: '0'.repeat(32),
      step: 1,
      reason: 'fired',
      status: 'firing',
      severity: 'info',
      firingSince: new Date(testMorning).toISOString(),
      title: 'A test',
      links: { open: 'http://localhost:8888/', actions: [] },
    },
  ],
};

export const defaultRouting: Routing = {
  default: { channels: ['default'] },
  routes: [],
  inhibitions: [],
  systems: {},
};

export type Answer = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/** The configuration with its routes and database, at a time that the test moves. Planner and receivers are the test's. */
export async function startConfiguration() {
  const database = await createTestDatabase();
  const service = createTestService(createRecordingLog());
  const log = service.log as ReturnType<typeof createRecordingLog>;
  const admin = await service.use(database.connect('owner'));
  const postgres = await service.use(database.connect('alerts'));
  const vault = openVault(postgres.query);
  const clock = { now: testMorning };
  const now = () => clock.now;
  const due: number[] = [];
  const concerned: SilenceConcern[] = [];
  const unreadable: string[] = [];

  function wire() {
    return wireConfiguration({
      postgres,
      vault,
      noteUnreadable: (table, row) => void unreadable.push(`${table}/${row}`),
      log,
      now,
      adapterOf: (kind) => (kind === bell.kind ? (bell as ChannelAdapter) : undefined),
      defaults: { routing: defaultRouting, budgets: [{ severity: 'warning', alerts: 4, days: 30 }] },
      // Of two statements of one transaction, so that it is seen to be in it.
      makeEverybodyDue: async (query: Query) => {
        const [row] = await query<{ revision: number }>('select revision from alerts.configuration_revision');
        due.push(row?.revision ?? 0);
      },
      makeConcernedDue: (_query, concern) => {
        concerned.push(concern);
        return Promise.resolve();
      },
      dropDeliveries: (query, channel, at) => createDeliveryUpkeep(query).giveUp(channel, 'dropped', at),
      changed: () => undefined,
    });
  }

  const wired = wire();
  const app = createHttpApp({ log, metrics: service.metrics });
  const authenticate = createAuthenticator({ query: postgres.query, vault, masterKey });
  wired.mountRoutes(app, {
    requireScope: createRequireScope(authenticate),
    sendTest: async ({ receiver }) =>
      receiver.kind === 'usable'
        ? receiver.adapter.send(receiver.settings, testNotification, {} as never)
        : { kind: 'refused', reason: 'settings' },
    routesOf: (_alert, person, routing) => ({
      tried: [
        {
          route: 'default',
          path: ['default'],
          matched: true,
          because: `${person.groups.size} groups, ${person.timeZone ?? 'no zone'}`,
        },
      ],
      chosen: [{ route: 'default', channels: routing.default.channels ?? [] }],
    }),
    holdsOf: (_alert, _person, { configuration }) =>
      configuration.silences.map(({ silenceId, beginsAt, endsAt }) => ({
        reason: 'silenced',
        by: silenceId,
        since: beginsAt,
        until: endsAt,
      })),
    timeZoneOf: () => Promise.resolve('Europe/Berlin'),
  });
  mountErrors(app);
  const { url } = await service.use(serveHttp(app, { host: '127.0.0.1', port: 0 }, log));
  const keys = createKeyRing({ query: admin.query, vault: openVault(admin.query) });

  async function call(
    method: string,
    path: string,
    {
      body,
      key = masterKey,
      headers = {},
    }: { body?: unknown; key?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  return {
    call,
    wired,
    /** As another process has it. */
    wire,
    admin,
    vault,
    log,
    clock,
    /** The revisions at which everybody's notifications were made due. */
    due,
    /** Whom silences that began or ended concern. */
    concerned,
    /** Table and key. */
    unreadable,
    keyFor: async (scopes: readonly Scope[], users?: readonly string[]) => {
      const label = randomName('key');
      const { key } = await keys.createKey({ label, scopes, users });
      return { key, accessor: `key:${label}` };
    },
    close: async () => {
      await service.close();
      await database.close();
    },
  };
}

export type ConfigurationWorld = Awaited<ReturnType<typeof startConfiguration>>;

/** A receiver on loopback that answers as the test says. */
export async function startReceiver() {
  const requests: Pick<IncomingMessage, 'headers'>[] = [];
  const answer = { status: 200 };
  const server = createServer((req, res) => {
    requests.push(req);
    res.writeHead(answer.status).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/bell`,
    requests,
    answer,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
