import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultRetentionDays, type BiometricEvent } from '@bridge/contracts';
import type { Closeable } from '@bridge/core';
import { connectPostgres, createOutbox } from '@bridge/postgres';
import { createPolicies } from '@bridge/resilience';
import { createTestDatabase, silentLog } from '@bridge/testing';
import { createOutboxSeal, createVault, parseKey, parseKeyList, type LiveSubject } from '@bridge/vault';
import { Registry } from 'prom-client';
import { openConnections } from '../src/adapters/connections/open-connections.ts';
import { openPulls } from '../src/adapters/jobs/open-pulls.ts';
import { startJobs } from '../src/adapters/jobs/start-jobs.ts';
import { createNoticeSeal } from '../src/adapters/notices/notice-seal.ts';
import { storeNoticesStatement } from '../src/adapters/notices/notice-statement.ts';
import { createStoreObjects } from '../src/adapters/objects/store-objects.ts';
import { createStoreSeries } from '../src/adapters/series/store-series.ts';
import type { Notice } from '../src/domain/notice.ts';
import type { Vendor } from '../src/domain/vendor.ts';
import { launchPullsSim } from './pulls-sim.ts';

const random = () => randomBytes(32).toString('base64');

/** A database and the vendors; processes of the service are opened on them. Events are kept instead of published. */
export async function openPullsWorld() {
  const [database, sim] = await Promise.all([createTestDatabase(), launchPullsSim()]);
  const keys = { kek: parseKeyList(random()), indexKey: parseKey(random()) };
  const events: BiometricEvent[] = [];
  const open: Closeable[] = [];

  /** What one process of the service has: pools and caches of its own. @param ouraUrl Where it finds Oura's API. */
  function openParts(ouraUrl?: string) {
    const metrics = new Registry();
    const url = database.urlFor('ingest');
    const postgres = connectPostgres({ url, max: 8, applicationName: 'test' }, { log: silentLog, metrics });
    open.push(postgres);
    const vault = createVault({ query: postgres.query, ...keys, cacheSize: 100 });
    const policies = createPolicies({ metrics, log: silentLog });
    const app = (vendor: Vendor) => ({
      clientId: `${vendor}-client`,
      clientSecrets: [`${vendor}-client-secret`],
      apiUrl: `${sim.url}/${vendor}`,
      oauthUrl: `${sim.url}/${vendor}`,
    });
    const oura = ouraUrl === undefined ? app('oura') : { ...app('oura'), apiUrl: ouraUrl };
    const vendors = { oura, whoop: app('whoop') };
    const shared = { postgres, vault, policies, metrics, log: silentLog, now: Date.now };
    const connections = openConnections({ ...shared, vendors, publicUrl: 'http://bridge.test' });
    const storing = {
      transaction: postgres.transaction,
      outbox: createOutbox('ingest', randomUUID()),
      outboxSeal: createOutboxSeal(vault, 'ingest.outbox'),
      toEventMessage: (event: BiometricEvent) => {
        events.push(event);
        const value = Buffer.from(JSON.stringify(event));
        return { topic: 'events', key: event.user_id, ceId: event.event_id, value, headers: {} };
      },
      offer: () => undefined,
      now: Date.now,
      retentionDays: defaultRetentionDays,
    };
    const { tokens, rows } = connections;
    const storeObjects = createStoreObjects(storing);
    const storeSeries = createStoreSeries(storing);
    const pulls = openPulls({ ...shared, apis: vendors, tokens, rows, storeObjects, storeSeries });
    return { ...shared, connections, pulls, url };
  }

  const main = openParts();
  const { query } = main.postgres;

  return {
    sim,
    events,
    query,
    main,
    /** A process that runs jobs. Whoever opens it may close it earlier. */
    startRunner(parts = openParts(), concurrency = 4): Closeable & ReturnType<typeof openParts> {
      const { pulls, url } = parts;
      const config = { url, concurrency, tasks: pulls.tasks, cron: [] };
      const jobs = startJobs(config, parts);
      open.push(jobs);
      return { ...parts, close: () => jobs.close() };
    },
    openParts,
    /** A person who has consented; the first pull waits until `pulls` says so. */
    async connect(vendor: Vendor, { isPulled = false, scope }: { isPulled?: boolean; scope?: string } = {}) {
      const account = await sim.addAccount(vendor);
      const tokens = await sim.consent(vendor, account, scope);
      const userId = `person-${randomUUID()}`;
      const person = (await main.vault.subjectsFor([userId])).get(userId) as LiveSubject;
      const granted = { person, vendor, vendorUserId: account, tokens };
      const connected = await main.connections.connections.connect(granted);
      if (connected.kind !== 'connected') throw new Error(connected.kind);
      const { connectionId } = connected;
      if (!isPulled) await query(`select graphile_worker.remove_job('pull:' || $1::text)`, [connectionId]);
      return { vendor, account, person, userId, connectionId };
    },
    /** As if the vendor had sent it so many seconds ago. */
    async notice(
      of: { vendor: Vendor; account: string; person: LiveSubject; connectionId: string },
      { ageS = 0, ...about }: Pick<Notice, 'dataType' | 'objectId' | 'operation'> & { ageS?: number },
    ): Promise<void> {
      const noticeId = randomBytes(16);
      const notice = { vendor: of.vendor, vendorUserId: of.account, ...about };
      const receivedMs = Date.now() - ageS * 1_000;
      const row = {
        ...{ noticeId, vendor: of.vendor, dataType: about.dataType, operation: about.operation },
        ...{ connectionId: of.connectionId, vendorUser: Buffer.from(of.account), receivedMs },
        state: 'waiting' as const,
        sealed: await createNoticeSeal(main.vault).seal(noticeId, { notice, sent: '{}' }, of.person),
      };
      const { text, values } = storeNoticesStatement([row]);
      await query(text, values);
    },
    async asOwner(statement: string, values: readonly unknown[]): Promise<void> {
      const config = { url: database.adminUrl, max: 1, applicationName: 'test' };
      const owner = connectPostgres(config, { log: silentLog, metrics: new Registry() });
      await owner.query(statement, values);
      await owner.close();
    },
    async stateOf(connectionId: string): Promise<string | undefined> {
      return (await main.connections.rows.byId(connectionId))?.state;
    },
    async noticeStates(connectionId: string): Promise<Record<string, number>> {
      const rows = await query<{ state: string; count: number }>(
        'select state, count(*) count from ingest.notices where connection_id = $1 group by state',
        [connectionId],
      );
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    },
    async jobs(connectionId: string): Promise<{ task: string; inS: number }[]> {
      return query(
        `select task_identifier task, extract(epoch from run_at - now())::float8 "inS"
           from graphile_worker.jobs where queue_name = $1 order by task`,
        [connectionId],
      );
    },
    async close() {
      for (const one of open.reverse()) await one.close();
      await sim.close();
      await database.close();
    },
  };
}

export type PullsWorld = Awaited<ReturnType<typeof openPullsWorld>>;

/** Looks again and again until `isSo`; after 20 seconds it throws what it saw last. */
export async function until<T>(look: () => Promise<T> | T, isSo: (seen: T) => boolean): Promise<T> {
  const end = Date.now() + 20_000;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (Date.now() > end) throw new Error(`still ${JSON.stringify(seen)}`);
    await sleep(50);
  }
}
