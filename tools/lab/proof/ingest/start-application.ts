import type { Stack } from '../../../local/start-stack.ts';
import { prepareReplicas, startWorkers, type Worker } from '../workers.ts';
import { startBalancer, type Balancer } from './balancer.ts';
import { startObservedVendors, type ObservedVendors } from './observed-vendors.ts';

type Options = {
  readonly stack: Stack;
  readonly stops: AsyncDisposableStack;
  readonly vendors: Parameters<typeof startObservedVendors>[0];
  readonly print: (line: string) => void;
};

export type Application = {
  readonly vendors: ObservedVendors;
  readonly balancer: Balancer;
  readonly replicas: readonly Worker[];
  readonly workers: readonly Worker[];
};

/** Vendors, two replicas of webhook-ingest behind one address, and one cognition. */
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

/** What makes webhook-ingest take the simulator for the vendors. */
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
