import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { inboxEnv, inboxProgram, inboxUrl } from './alert-inbox.ts';
import { startControlServer } from './control-server.ts';
import { downloadMissing } from './download-missing.ts';
import { readEnvFile, writeEnvFile } from './env-file.ts';
import { refuseProblems } from './find-problems.ts';
import { currentDashboard } from '../build/dashboard.mjs';
import { makeDirectories, stackPaths, type StackPaths } from '@bridge/cli/stack-paths';
import { postgresData } from './install-postgres.ts';
import { freePorts, type Ports } from './ports.ts';
import { prepareServer, serverUrls } from './prepare-server.ts';
import { claimStack, endLeftovers, releaseStack } from './process-records.ts';
import { createPrograms } from './programs.ts';
import { createProgress, type Progress } from './progress.ts';
import { completeSecrets } from './secrets.ts';
import { replacedServers, serverNames, urlNames, type ServerUrls } from './server-urls.ts';
import { edgeProgram, servicePrograms } from './services.ts';
import { setUpServers } from './set-up-servers.ts';
import { type SupervisedProgram } from './supervise.ts';
import { simulatedVendors, vendorSimEnv, vendorSimProgram, vendorSimUrl } from './vendor-sim.ts';

export type StackOptions = {
  /** The directory of the checkout. */
  readonly root: string;
  /** The directory of this stack's files. Default `<root>/.local`. */
  readonly home?: string;
  readonly ports: Ports | 'free';
  /** Starts the four services, the edge and the alert inbox too. Otherwise only the servers start. */
  readonly services: boolean;
  /** Starts simulated vendors for those that have no application in `env`. */
  readonly vendorSim?: boolean;
  /** The environment that services inherit. Its URLs replace servers of the stack. Default: that of this process. */
  readonly env?: NodeJS.ProcessEnv;
  /** Deletes data and secrets of an earlier run first. */
  readonly fresh?: boolean;
  /** Called with every line of progress. */
  readonly print?: (line: string) => void;
  /** Cancels the start. */
  readonly signal?: AbortSignal;
};

/** A running stack. */
export type Stack = {
  readonly paths: StackPaths;
  readonly ports: Ports;
  readonly urls: ServerUrls & { readonly edge: string; readonly vendorSim?: string; readonly inbox?: string };
  /** Secrets and URLs under the names that services, tools and tests read. */
  readonly env: Readonly<Record<string, string>>;
  /** The programs of the stack by name. Each can be stopped and started alone. */
  readonly programs: ReadonlyMap<string, SupervisedProgram>;
  /** Stops the edge, the services and the servers, in this order. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts the whole system on this machine, in the order of its dependencies, and waits until every part is ready. A
 * start that fails, or is cancelled by `signal`, leaves nothing running.
 *
 * @throws StackProblems, which names everything that has to be fixed first.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Another process may have taken a port since it was found free.
      const isTaken = error instanceof Error && /address already in use/i.test(error.message);
      if (options.ports !== 'free' || !isTaken || attempt === mostAttempts) throw error;
    }
  }
}

const mostAttempts = 3;

async function startOnce(options: StackOptions): Promise<Stack> {
  const progress = createProgress(options.print ?? (() => undefined));
  const paths = stackPaths(options.root, options.home);
  makeDirectories(paths);
  claimStack(paths.run);
  const stops = new AsyncDisposableStack();
  stops.defer(() => releaseStack(paths.run));
  try {
    await tidyUp(paths, options, progress);
    return await startParts(options, { paths, progress, stops });
  } catch (error) {
    await stops.disposeAsync();
    throw error;
  }
}

type Surroundings = {
  readonly paths: StackPaths;
  readonly progress: Progress;
  /** Releases everything in reverse order. */
  readonly stops: AsyncDisposableStack;
};

async function startParts(options: StackOptions, { paths, progress, stops }: Surroundings): Promise<Stack> {
  const { root, services, env: inherited = process.env, signal = new AbortController().signal } = options;
  const written = readEnvFile(paths.envFile) ?? {};
  const replaced = replacedServers(inherited, written);
  const servers = serverNames.filter((name) => replaced[name] === undefined);
  const ports = options.ports === 'free' ? await freePorts() : options.ports;
  const simulated = options.vendorSim === true ? simulatedVendors(inherited) : [];
  const vendorSim = simulated.length > 0;
  await refuseProblems({ paths, ports, servers, services, vendorSim });

  const secrets = completeSecrets(written);
  const urls = serverUrls(ports, secrets, replaced);
  const edge = `http://localhost:${ports.edge}`;
  const simUrl = vendorSim ? { vendorSim: vendorSimUrl(ports) } : {};
  const env = {
    ...secrets,
    ...namedUrls(urls),
    BRIDGE_EDGE_URL: edge,
    ...(vendorSim && { VENDOR_SIM_URL: vendorSimUrl(ports) }),
  };
  writeEnvFile(paths.envFile, env);

  await downloadMissing({ servers, downloads: paths.downloads, progress, signal });
  const programs = createPrograms(paths, progress, signal);
  stops.defer(() => programs.stopAll(servers));
  const prepared = { paths, ports, secrets, signal };
  await programs.startAll(servers.map((name) => ({ name, prepare: () => prepareServer(name, prepared) })));

  if (services) {
    await Promise.all([
      setUpServers({ urls, secrets, env: inherited, progress }),
      progress.step('dashboard', currentDashboard),
    ]);
    const context = { root, ports, secrets, urls, env: inherited };
    const apps = servicePrograms({
      ...context,
      vendorEnv: vendorSimEnv(simulated, context),
      inboxEnv: inboxEnv(context),
    });
    const receiver = inboxProgram({ ...context, file: paths.inboxFile });
    const stateFile = join(paths.data, 'vendor-sim.json');
    const sims = vendorSim ? [vendorSimProgram({ ...context, stateFile })] : [];
    stops.defer(() => programs.stopAll([receiver, ...sims].map(({ name }) => name)));
    stops.defer(() => programs.stopAll(apps.map(({ name }) => name)));
    stops.defer(() => programs.stopAll(['edge']));
    await programs.startAll(
      [edgeProgram(context), receiver, ...sims, ...apps].map((program) => ({
        name: program.name,
        prepare: () => program,
      })),
    );
  }
  stops.use(await startControlServer({ run: paths.run, programs: programs.byName }));
  return {
    paths,
    ports,
    urls: { ...urls, edge, ...simUrl, ...(services && { inbox: inboxUrl(ports) }) },
    env,
    programs: programs.byName,
    stop: () => stops.disposeAsync(),
  };
}

/** Ends processes that a killed start left running. With `fresh`, deletes the data of earlier starts. */
async function tidyUp(paths: StackPaths, { fresh = false }: StackOptions, { note }: Progress): Promise<void> {
  const leftovers = await endLeftovers(paths.run);
  if (leftovers.length > 0) note(`ended processes of an earlier start: ${leftovers.join(', ')}`);
  if (!fresh) return;
  for (const path of [postgresData(paths), paths.data, paths.logs, paths.envFile, paths.inboxFile]) {
    rmSync(path, { recursive: true, force: true });
  }
  makeDirectories(paths);
}

function namedUrls(urls: ServerUrls): Record<string, string> {
  return Object.fromEntries(serverNames.map((name) => [urlNames[name], urls[name]]));
}
