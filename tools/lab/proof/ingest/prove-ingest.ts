import { setTimeout as sleep } from 'node:timers/promises';
import type { Stack } from '../../../local/start-stack.ts';
import { waitUntilCaughtUp } from '../wait-until-caught-up.ts';
import { checkDecisions } from '../check.ts';
import { connectClients, type ServerClients } from '../server-clients.ts';
import type { Proof, ProofResult } from '../proof.ts';
import { createRandom } from '../random.ts';
import { withServers } from '../start-servers.ts';
import { checkDeadTokens } from './check-dead-tokens.ts';
import { checkOutage } from './check-outage.ts';
import { injectFaults } from './inject-faults.ts';
import { checkNotices } from './check-notices.ts';
import { checkRequests } from './check-requests.ts';
import { checkVersions } from './check-versions.ts';
import { renewConsents } from './renew-consents.ts';
import { createLoad, type Load } from './load.ts';
import { connectPeople } from './people.ts';
import { readVersions } from './read-versions.ts';
import { createProgressGate, sendLoad } from './send-load.ts';
import { waitForNotices } from './wait-for-notices.ts';
import { startApplication, waitForFirstPulls, type Application } from './start-application.ts';
import type { Quotas } from './observed-vendors.ts';

type Size = {
  readonly notices: number;
  readonly perSecond: number;
  readonly people: number;
  readonly brokerAwayMs: number;
  readonly kills: number;
  readonly tokenLifetimeS: number;
  readonly quotas: Quotas;
  readonly settleWithinMs: number;
  /** The delay of late scores. */
  readonly pendingScoreMs: number;
  /** People whose tokens are dead among healthy ones, after everything else. */
  readonly deadTokens: { readonly healthy: number; readonly dead: number; readonly spreadMs: number };
  /** An outage of WHOOP's API, before the dead tokens. */
  readonly outage?: { readonly notices: number; readonly outageMs: number };
};

/** WHOOP's quota is always the limit, as in production. */
const quotas = (oura: number, whoop: number, windowS: number): Quotas => ({
  oura: { limit: oura, windowS },
  whoop: { limit: whoop, windowS },
});

const full: Size = {
  notices: 100_000,
  perSecond: 800,
  people: 200,
  brokerAwayMs: 30_000,
  kills: 2,
  tokenLifetimeS: 120,
  quotas: quotas(2_000, 1_000, 5),
  settleWithinMs: 1_200_000,
  pendingScoreMs: 2_000,
  deadTokens: { healthy: 1_000, dead: 20, spreadMs: 30_000 },
  outage: { notices: 6_000, outageMs: 12_000 },
};
const cut: Size = {
  notices: 2_000,
  perSecond: 500,
  people: 5,
  brokerAwayMs: 3_000,
  kills: 1,
  tokenLifetimeS: 66,
  quotas: quotas(400, 200, 2),
  settleWithinMs: 60_000,
  deadTokens: { healthy: 40, dead: 4, spreadMs: 12_000 },
  pendingScoreMs: 500,
};

const lateMs = 1_500;

/**
 * Sends signed notices to two replicas of webhook-ingest, with duplicates, out of order, with corrections, late scores and
 * deletions, while replicas are killed and the broker is down. Then it checks topic, tables and requests: the last version
 * of every object is there, once and in order, and no document was requested too often.
 */
export const proveIngest: Proof = async ({ size: notices, seed, short, print }) => {
  const size = { ...(short ? cut : full), ...(notices !== undefined && { notices }) };
  return withServers(short ? 'proof-ingest-short' : 'proof-ingest', print, (stack, stops) =>
    prove({ size, seed, stack, stops, print }),
  );
};

type Run = {
  readonly size: Size;
  readonly seed: number;
  readonly stack: Stack;
  readonly stops: AsyncDisposableStack;
  readonly print: (line: string) => void;
};

async function prove({ size, seed, stack, stops, print }: Run): Promise<ProofResult> {
  const clients = await connectClients(stack);
  stops.defer(() => clients.close());
  const { query } = clients;
  const { tokenLifetimeS, quotas, settleWithinMs: withinMs } = size;
  const vendorOptions = { seed, tokenLifetimeS, quotas };
  const application = await startApplication({ stack, stops, print, vendors: vendorOptions });
  const { vendors, balancer, workers } = application;
  const { sim } = vendors;
  const access = { url: balancer.url, apiKey: stack.env.AUREN_MASTER_API_KEY ?? '' };
  const people = await connectPeople({ sim, count: size.people, name: 'person', ...access });
  sim.addWebhook('whoop', `${balancer.url}/webhooks/whoop`);
  await waitForFirstPulls(query, print);

  const restMs = size.pendingScoreMs * 3;
  const load = createLoad({ sim, people, seed, random: createRandom(seed), now: Date.now, restMs });
  const started = Date.now();
  const secondsSince = () => Math.round((Date.now() - started) / 1_000);
  const killedAt = await sendWithFaults(size, { stack, application, load, print });
  const sentSeconds = secondsSince();
  await sleep(Math.max(size.pendingScoreMs, lateMs));
  const consentsLost: string[] = [];
  const meanwhile = async () => {
    consentsLost.push(...(await renewConsents({ query, vendors, people, killedAt, ...access })));
  };
  print('  everything is sent; waiting until it is settled');
  await waitForNotices({ vendors, query, objects: load.objects, withinMs, meanwhile, print });
  const settledSeconds = secondsSince();
  await waitUntilCaughtUp(clients, workers, withinMs);
  const decidedSeconds = secondsSince();
  const outage =
    size.outage && (await checkOutage({ vendors, query, load, people, ...size.outage, withinMs, print }));
  await waitUntilCaughtUp(clients, workers, withinMs);

  const excused = outage?.refused ?? 0;
  const limits = { tokenLifetimeS, windowS: quotas.oura.windowS };
  const checked = await check(clients, { application, load, ...limits, consentsLost, excused });
  const waitForPulls = () => waitForFirstPulls(query, print);
  const deadTokens = await checkDeadTokens({
    ...size.deadTokens,
    ...access,
    vendors,
    clients,
    people,
    waitForPulls,
    print,
  });
  return {
    figures: {
      people: people.length,
      'seconds until sent': sentSeconds,
      'seconds until settled': settledSeconds,
      'seconds until decided': decidedSeconds,
      ...checked.figures,
      ...outage?.figures,
      ...deadTokens.figures,
    },
    failures: [...checked.failures, ...(outage?.failures ?? []), ...deadTokens.failures],
  };
}

type Surroundings = Pick<Run, 'stack' | 'print'> & { readonly application: Application; readonly load: Load };

/** Sends the load while replicas are killed and the broker is away. Returns the times of the kills. */
async function sendWithFaults(
  size: Size,
  { stack, application: { vendors, replicas }, load, print }: Surroundings,
): Promise<number[]> {
  const { sim } = vendors;
  const { pendingScoreMs } = size;
  for (const vendor of ['oura', 'whoop'] as const) sim.faults(vendor, { ...vendorFaults, pendingScoreMs });
  const gate = createProgressGate();
  const [killedAt] = await Promise.all([
    injectFaults({ ...size, stack, replicas, vendors, reached: gate.reached, print }),
    sendLoad({ ...size, sim, step: load.step, onPart: gate.pass }),
  ]);
  return killedAt;
}

type RunRecord = {
  readonly application: Application;
  readonly load: Load;
  readonly tokenLifetimeS: number;
  readonly windowS: number;
  /** Requests beyond the quota that an outage explains. */
  readonly excused: number;
  readonly consentsLost: readonly string[];
};

async function check(
  clients: ServerClients,
  { application: { vendors }, load: { objects }, ...record }: RunRecord,
): Promise<ProofResult> {
  const { query } = clients;
  const topic = await readVersions(clients);
  const parts = [
    await checkNotices(query, { objects, vendors }),
    await checkVersions(query, { objects, vendors, topic, unheard: new Set(record.consentsLost) }),
    await checkDecisions(query, { ...topic.truth, poison: [] }),
    await checkRequests(query, { vendors, ...record, consentsLost: record.consentsLost.length }),
  ];
  return {
    figures: Object.fromEntries(parts.flatMap(({ figures }) => Object.entries(figures))),
    failures: parts.flatMap(({ failures }) => failures),
  };
}

const vendorFaults = {
  duplicateShare: 0.05,
  lateShare: 0.05,
  lateMs,
  pendingScoreShare: 0.1,
  retryDelaysMs: [500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000],
};
