import type { Query } from '@bridge/postgres';
import type { Stack } from '../../../local/start-stack.ts';
import { waitUntil } from '../../../local/wait-until.ts';
import { prepareReplicas, startWorkers, type Worker } from '../workers.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import {
  startObservedVendors,
  type ObservedVendors,
  type ObservedVendorsOptions,
} from './observed-vendors.ts';

type Options = {
  readonly stack: Stack;
  readonly stops: AsyncDisposableStack;
  readonly vendors: ObservedVendorsOptions;
  readonly print: (line: string) => void;
};

export type Application = {
  readonly vendors: ObservedVendors;
  readonly balancer: Balancer;
  readonly replicas: readonly Worker[];
  readonly workers: readonly Worker[];
};

/** Starts the vendors, two replicas of webhook-ingest behind one address, and one cognition worker. */
export async function startApplication({ stack, stops, print, ...options }: Options): Promise<Application> {
  const vendors = await startObservedVendors(options.vendors);
  stops.defer(() => vendors.sim.close());
  const balancer = await startBalancer();
  stops.defer(() => balancer.close());
  const env = vendorEnv(vendors.sim.url, balancer.url);
  const replicas = await prepareReplicas(stack, { app: 'webhook-ingest', count: 2, env }, print);
  stops.defer(() => stopAll(replicas));
  balancer.leadTo(replicas.map(({ url }) => Number(new URL(url).port)));
  await Promise.all(replicas.map((replica) => replica.start()));
  const workers = await startWorkers(stack, 1, print);
  stops.defer(() => stopAll(workers));
  return { vendors, balancer, replicas, workers };
}

/** The settings with which webhook-ingest uses the simulator instead of the vendors. */
function vendorEnv(simUrl: string, publicUrl: string): NodeJS.ProcessEnv {
  const of = (vendor: 'oura' | 'whoop') => ({
    [`${vendor.toUpperCase()}_CLIENT_ID`]: `${vendor}-client`,
    [`${vendor.toUpperCase()}_CLIENT_SECRET`]: `${vendor}-client-secret`,
    [`${vendor.toUpperCase()}_API_URL`]: `${simUrl}/${vendor}`,
    [`${vendor.toUpperCase()}_OAUTH_URL`]: `${simUrl}/${vendor}`,
  });
  const OURA_VERIFICATION_TOKEN = 'the-verification-token-of-a-proof';
  return { ...of('oura'), ...of('whoop'), OURA_VERIFICATION_TOKEN, PUBLIC_URL: publicUrl };
}

async function stopAll(programs: readonly Worker[]): Promise<void> {
  await Promise.all(programs.map((program) => program.stop()));
}

/** Waits until the vendors send notices and the documents from before each consent have been pulled. */
export async function waitForFirstPulls(query: Query, print: (line: string) => void): Promise<void> {
  const began = Date.now();
  const isDone = async () => {
    const [row] = await query<{ open: number; begun: number; subscribed: number }>(
      `select (select count(*)::int from ingest.pulls where finished_at is null) open,
              (select count(distinct connection_id)::int - (select count(*)::int from ingest.connections)
                 from ingest.pulls) begun,
              (select count(*)::int from ingest.subscriptions where subscription_id is not null) subscribed`,
    );
    return row?.open === 0 && row.begun === 0 && row.subscribed > 0;
  };
  await waitUntil('the first pull of everybody', isDone, { withinMs: 300_000, everyMs: 500 });
  print(`  everybody is connected; the first pulls took ${Math.round((Date.now() - began) / 1_000)} s`);
}
