import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stackPaths } from '@bridge/cli/stack-paths';
import { postgresData } from '../local/install-postgres.ts';
import { runningOwner } from '@bridge/cli/stack-owner';
import { endLeftovers } from '../local/process-records.ts';
import { urlNames } from '../local/server-urls.ts';
import { startStack, type Stack } from '../local/start-stack.ts';

type Options = { readonly root: string; readonly env: NodeJS.ProcessEnv; readonly signal: AbortSignal };

/** Settings that would connect a test to a vendor's real application, or send its alerts to somebody's phone. */
const outsideSetting = /^(OURA|WHOOP|ALERTS|OIDC)_|^PUBLIC_URL$/;

/**
 * Starts a stack of its own for a test run, on free ports, with empty data and simulated vendors, beside whatever else
 * runs. URLs and vendors' applications in the environment are not taken: a shell that loaded `.local/env` would have the
 * tests run against what is in use.
 */
export async function startTestStack({ root, env, signal }: Options): Promise<Stack> {
  await sweepDeadStacks(root);
  const home = join(testHomes(root), String(process.pid));
  const own = Object.values(urlNames) as string[];
  const neutral = Object.entries(env).filter(([name]) => !own.includes(name) && !outsideSetting.test(name));
  const ownEnv = { ...Object.fromEntries(neutral), NEUROS_CONFIG: impatientRules(root, home) };
  const started = {
    root,
    home,
    ports: 'free',
    services: true,
    vendorSim: true,
    env: ownEnv,
    signal,
  } as const;
  const stack = await startStack(started);
  return {
    ...stack,
    stop: async () => {
      await stack.stop();
      removeStack(root, home);
    },
  };
}

/** The shipped rules and texts, with a stay that a test can wait for. */
function impatientRules(root: string, home: string): string {
  const shipped = readFileSync(join(root, 'config/neuros.yaml'), 'utf8');
  const impatient = shipped.replace(/^( +stay: ).*$/m, '$1{ reflex: 2s, guardian: 2s, hypothesis: 2s }');
  if (impatient === shipped) throw new Error('config/neuros.yaml has no line for the minimum stay');
  mkdirSync(home, { recursive: true, mode: 0o700 });
  cpSync(join(root, 'config'), home, { recursive: true });
  const path = join(home, 'neuros.yaml');
  writeFileSync(path, impatient);
  return path;
}

/** Returns the environment in which services, libraries and tests find this stack. */
export function testEnvironment({ env, paths, ports }: Stack): Record<string, string> {
  const origin = (port: number) => `http://127.0.0.1:${port}`;
  return {
    ...env,
    BRIDGE_INGEST_URL: origin(ports.ingest),
    BRIDGE_COGNITION_URL: origin(ports.cognition),
    BRIDGE_ALERTS_URL: origin(ports.alerts),
    BRIDGE_GATEWAY_URL: origin(ports.gateway),
    BRIDGE_STACK_HOME: paths.home,
  };
}

/** Ends and removes what killed test runs left. */
async function sweepDeadStacks(root: string): Promise<void> {
  if (!existsSync(testHomes(root))) return;
  for (const name of readdirSync(testHomes(root))) {
    const home = join(testHomes(root), name);
    const { run } = stackPaths(root, home);
    if (runningOwner(run)) continue;
    if (existsSync(run)) await endLeftovers(run);
    removeStack(root, home);
  }
}

function removeStack(root: string, home: string): void {
  rmSync(postgresData(stackPaths(root, home)), { recursive: true, force: true });
  rmSync(home, { recursive: true, force: true });
}

function testHomes(root: string): string {
  return join(root, '.local', 'test');
}
