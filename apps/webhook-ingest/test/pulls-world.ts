import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { defaultRetentionDays, type BiometricEvent } from '@bridge/contracts';
import type { Closeable } from '@bridge/core';
import { connectPostgres, createOutbox } from '@bridge/postgres';
import { createPolicies } from '@bridge/resilience';
import { createTestDatabase, silentLog } from '@bridge/testing';
import { createOutboxSeal, createVault, parseKey, parseKeyList, type LiveSubject } from '@bridge/vault';
import { Registry } from 'prom-client';
import { wireConnections } from '../src/connections/wire.ts';
import { wirePulls } from '../src/pulls/wire.ts';
import { startJobs } from '../src/jobs/start-jobs.ts';
import { createIngestMetrics } from '../src/metrics.ts';
import { createNoticeQueue } from '../src/notices/rows/notice-queue.ts';
import { createNoticeSeal } from '../src/notices/rows/notice-seal.ts';
import { storeNoticesStatement } from '../src/notices/rows/notice-statement.ts';
import { wireDocuments } from '../src/documents/wire.ts';
import { wireNoticeResolution } from '../src/notices/wire.ts';
import { wireVendorAccounts, wireVendorClient } from '../src/vendor-client/wire.ts';
import type { Notice } from '../src/notices/domain/notice.ts';
import { checkDefinitions } from '../src/vendors/check-definitions.ts';
import { vendorDefinitions } from '../src/vendors/vendors.ts';
import type { SimulatedVendor } from './connections-sim.ts';
import { launchPullsSim } from './pulls-sim.ts';
import { simApp } from './sim-app.ts';

const random = () => randomBytes(32).toString('base64');

type PartsOptions = {
  readonly url: string;
  readonly simUrl: string;
  readonly ouraUrl: string | undefined;
  readonly keys: {
    readonly kek: ReturnType<typeof parseKeyList>;
    readonly indexKey: ReturnType<typeof parseKey>;
  };
  /** Receives events instead of the relay. */
  readonly events: BiometricEvent[];
};

/** The parts of the service about vendors, with a pool and caches of their own, as each process has them. */
function wireParts({ url, simUrl, ouraUrl, keys, events }: PartsOptions) {
  const registry = new Registry();
  const vendors = checkDefinitions(vendorDefinitions);
  const metrics = createIngestMetrics(registry, vendors.all);
  const config = { url, max: 8, applicationName: 'test' };
  const postgres = connectPostgres(config, { log: silentLog, metrics: registry });
  const vault = createVault({ query: postgres.query, ...keys, cacheSize: 100 });
  const policies = createPolicies({ metrics: registry, log: silentLog });
  const app = (vendor: SimulatedVendor) => simApp(vendor, simUrl);
  const oura = ouraUrl === undefined ? app('oura') : { ...app('oura'), apiUrl: ouraUrl };
  const apps = { oura, whoop: app('whoop') };
  const shared = { postgres, vault, policies, metrics, vendors, apps, log: silentLog, now: Date.now };
  const documents = wireDocuments({
    retentionDays: defaultRetentionDays,
    ...shared,
    outbox: {
      rows: createOutbox('ingest', randomUUID()),
      seal: createOutboxSeal(vault, 'ingest.outbox'),
      offer: () => undefined,
    },
    toEventMessage: (event) => {
      events.push(event);
      const value = Buffer.from(JSON.stringify(event));
      return { topic: 'events', key: event.user_id, ceId: event.event_id, value, headers: {} };
    },
  });
  const edge = { publicUrl: 'http://bridge.test', sendSignals: () => Promise.resolve() };
  const accounts = wireVendorAccounts({ ...shared, ...edge });
  const connections = wireConnections({ ...shared, ...edge, ...accounts });
  const queue = createNoticeQueue(postgres.query);
  const client = wireVendorClient({ ...shared, queue, tokens: connections.tokens });
  const parts = { ...shared, ...documents, ...client, ...connections };
  const resolution = wireNoticeResolution({ ...parts, queue });
  const pulls = wirePulls({ ...parts, ...resolution });
  const tasks = { ...resolution.jobs.tasks, ...pulls.tasks };
  return { ...shared, registry, connections, ...client, tasks, url };
}

/** A database and the vendors; processes of the service are opened on them. Events are kept instead of published. */
export async function openPullsWorld() {
  const [database, sim] = await Promise.all([createTestDatabase(), launchPullsSim()]);
  const keys = { kek: parseKeyList(random()), indexKey: parseKey(random()) };
  const events: BiometricEvent[] = [];
  const open: Closeable[] = [];

  /** What one process of the service has. @param ouraUrl Where it finds Oura's API. */
  function openParts(ouraUrl?: string) {
    const parts = wireParts({ url: database.urlFor('ingest'), simUrl: sim.url, ouraUrl, keys, events });
    open.push(parts.postgres);
    return parts;
  }

  const main = openParts();
  const { query } = main.postgres;

  return {
    sim,
    events,
    query,
    main,
    /** A process that runs jobs. Whoever opens it may close it earlier. */
    startRunner(parts = openParts(), concurrency = 4): Closeable & ReturnType<typeof wireParts> {
      const { tasks, url } = parts;
      const config = { url, concurrency, tasks, cron: [] };
      const jobs = startJobs(config, parts);
      open.push(jobs);
      return { ...parts, close: () => jobs.close() };
    },
    openParts,
    /** A person who has consented; the first pull waits until `pulls` says so. */
    async connect(
      vendor: SimulatedVendor,
      { isPulled = false, scope }: { isPulled?: boolean; scope?: string } = {},
    ) {
      const account = await sim.addAccount(vendor);
      const tokens = await sim.consent(vendor, account, scope);
      const userId = `person-${randomUUID()}`;
      const person = (await main.vault.subjectsFor([userId])).get(userId) as LiveSubject;
      const granted = { person, vendor, vendorUserId: account, tokens };
      const connected = await main.connections.writes.connect(granted);
      if (connected.kind !== 'connected') throw new Error(connected.kind);
      const { connectionId } = connected;
      if (!isPulled) await query(`select graphile_worker.remove_job('pull:' || $1::text)`, [connectionId]);
      return { vendor, account, person, userId, connectionId };
    },
    /** As if the vendor had sent it so many seconds ago. */
    async notice(
      of: { vendor: SimulatedVendor; account: string; person: LiveSubject; connectionId: string },
      { ageS = 0, ...about }: Pick<Notice, 'dataType' | 'objectId' | 'operation'> & { ageS?: number },
    ): Promise<void> {
      const noticeId = randomBytes(16);
      const notice = { vendor: of.vendor, vendorUserId: of.account, ...about };
      const receivedMs = Date.now() - ageS * 1_000;
      const row = {
        noticeId,
        vendor: of.vendor,
        dataType: about.dataType,
        operation: about.operation,
        connectionId: of.connectionId,
        vendorUser: Buffer.from(of.account),
        receivedMs,
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
      return (await main.connections.queries.byId(connectionId))?.state;
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
