import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createAuthenticator, createKeyRing, createRequireScope, createSignIn } from '@bridge/auth';
import type { AlertStateSignal } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import { connectPostgres, type Query } from '@bridge/postgres';
import { createPolicies } from '@bridge/resilience';
import { createHttpApp, mountErrors, serveHttp } from '@bridge/service-runtime';
import { silentLog, type TestDatabase } from '@bridge/testing';
import { createVault, parseKey, parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import { wireConnections } from '../src/connections/wire.ts';
import { createIngestMetrics } from '../src/metrics.ts';
import { checkDefinitions } from '../src/vendors/check-definitions.ts';
import { vendorDefinitions } from '../src/vendors/vendors.ts';
import { wireVendorAccounts } from '../src/vendor-client/wire.ts';
import { simApp } from './sim-app.ts';

const vendors = checkDefinitions(vendorDefinitions);
const random = () => randomBytes(32).toString('base64');
const keys = { kek: parseKeyList(random()), indexKey: parseKey(random()) };
const masterKey = randomBytes(24).toString('hex');
const verificationToken = 'a-verification-token-of-the-test';
const publicUrl = 'http://bridge.test';

function vaultOn(query: Query) {
  return createVault({ query, ...keys, cacheSize: 100 });
}

type Options = {
  readonly database: TestDatabase;
  readonly simUrl: string;
  readonly now?: () => number;
  readonly log?: Log;
};

type Ask = {
  readonly key?: string;
  /** Of a session, which counts instead of a key. */
  readonly session?: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** What of the service is about connections, with a pool and caches of its own, as one of several processes has them. */
export async function openService({ database, simUrl, now = Date.now, log = silentLog }: Options) {
  const metrics = new Registry();
  const url = database.urlFor('ingest');
  const postgres = connectPostgres({ url, max: 6, applicationName: 'test' }, { log, metrics });
  const vault = vaultOn(postgres.query);
  const app = (vendor: string) => ({ ...simApp(vendor, simUrl), verificationToken });
  const sent: AlertStateSignal[] = [];
  const sendSignals = (signals: readonly AlertStateSignal[]) => {
    sent.push(...signals);
    return Promise.resolve();
  };
  function wire(address: string, registry: Registry) {
    const shared = {
      postgres,
      vault,
      vendors,
      apps: { oura: app('oura'), whoop: app('whoop') },
      publicUrl: address,
      sendSignals,
      policies: createPolicies({ metrics: registry, log }),
      metrics: createIngestMetrics(registry, vendors.all),
      log,
      now,
    };
    const accounts = wireVendorAccounts(shared);
    return { ...accounts, ...wireConnections({ ...shared, ...accounts }) };
  }
  const connections = wire(publicUrl, metrics);
  const http = createHttpApp({ log, metrics });
  const requireScope = createRequireScope(createAuthenticator({ query: postgres.query, vault, masterKey }));
  // The handshake is part NOTICES's; here it says yes to the right token.
  http.get('/webhooks/oura', (req, res) => {
    const isOurs = req.query['verification_token'] === verificationToken;
    res.status(isOurs ? 200 : 401).json({ challenge: req.query['challenge'] });
  });
  connections.mount({
    app: http,
    requireScope,
    quotaLeft: (vendor) => Promise.resolve(vendor === 'oura' ? 4_321 : undefined),
  });
  mountErrors(http);
  const server = await serveHttp(http, { host: '127.0.0.1', port: 0 }, log);

  return {
    ...connections,
    tasks: connections.jobs.tasks,
    query: postgres.query,
    vault,
    metrics,
    sent,
    callbackUrl: `${server.url}/webhooks/oura`,
    /** A run of the renewals; Oura reaches us at our own address. */
    renew: () => wire(server.url, new Registry()).jobs.tasks['renew_subscriptions']?.({}),
    /** With the master key, unless another one or a session is given. Redirects are not followed. */
    async ask(path: string, { key = masterKey, session, method = 'GET', headers = {} }: Ask = {}) {
      const shown =
        session === undefined
          ? { authorization: `Bearer ${key}` }
          : { cookie: `bridge_session=${session}`, 'sec-fetch-site': 'same-origin' };
      const answer = await fetch(server.url + path, {
        redirect: 'manual',
        method,
        headers: { ...shown, accept: 'application/json', ...headers },
      });
      return { status: answer.status, headers: answer.headers, text: await answer.text() };
    },
    /** As a browser that follows a link; `fetch` would say that it is no navigation. */
    async navigate(path: string) {
      const headers = {
        authorization: `Bearer ${masterKey}`,
        accept: 'text/html',
        'sec-fetch-mode': 'navigate',
        'sec-fetch-site': 'same-origin',
      };
      const [answer] = (await once(get(server.url + path, { headers }), 'response')) as [IncomingMessage];
      answer.resume();
      return { location: answer.headers.location ?? '', cookie: answer.headers['set-cookie']?.[0] ?? '' };
    },
    async close() {
      await server.close();
      await postgres.close();
    },
  };
}

export type Service = Awaited<ReturnType<typeof openService>>;

async function asOwner<T>(database: TestDatabase, work: (query: Query) => Promise<T>): Promise<T> {
  const config = { url: database.adminUrl, max: 1, applicationName: 'test' };
  const owner = connectPostgres(config, { log: silentLog, metrics: new Registry() });
  try {
    return await work(owner.query);
  } finally {
    await owner.close();
  }
}

export function keyFor(database: TestDatabase, users: readonly string[]): Promise<string> {
  return asOwner(database, async (query) => {
    const ring = createKeyRing({ query, vault: vaultOn(query) });
    return (await ring.createKey({ label: 'one', scopes: ['connections'], users: [...users] })).key;
  });
}

/** A person who has signed in. */
export function sessionFor(database: TestDatabase, userId: string): Promise<string> {
  return asOwner(database, async (query) => {
    const signIn = createSignIn({ query, vault: vaultOn(query) });
    const principal = {
      keyId: 'one',
      accessor: 'key:one',
      scopes: new Set(['connections'] as const),
      users: new Set([userId]),
    };
    const link = await signIn.createSignInLink(principal);
    return (await signIn.exchangeSignInLink(link.token))?.token ?? '';
  });
}

/** What an erasure leaves of a person. */
export function erase(database: TestDatabase, userIndex: Buffer): Promise<void> {
  return asOwner(database, async (query) => {
    const [row] = await query<{ id: string }>(
      'update keys.subjects set erased_at = now() where user_index = $1 returning subject_id id',
      [userIndex],
    );
    await query('delete from keys.subject_keys where subject_id = $1', [row?.id]);
  });
}

/** Who looked at what. */
export function accesses(database: TestDatabase): Promise<unknown[]> {
  return asOwner(database, (query) =>
    query('select user_id, access_type, table_name, record_id from public.phi_access_log'),
  );
}

/** The way of a person's browser: to the vendor, yes or no, and back. */
export async function consent(
  service: Service,
  { vendor, userId, account, more = '' }: { vendor: string; userId: string; account: string; more?: string },
) {
  const begun = await service.ask(`/connect/${vendor}?user_id=${encodeURIComponent(userId)}`);
  const { authorize_url } = JSON.parse(begun.text) as { authorize_url: string };
  const agreed = await fetch(`${authorize_url}&sim_account=${account}${more}`, { redirect: 'manual' });
  const back = new URL(agreed.headers.get('location') ?? '');
  return { back, finish: () => service.ask(back.pathname + back.search) };
}
