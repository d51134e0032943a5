import { join } from 'node:path';
import type { Upstream } from '../edge/routes.ts';
import type { Ports } from './ports.ts';
import type { Secrets } from './secrets.ts';
import { roleUrl, type ServerUrls } from './server-urls.ts';
import type { Program } from './supervise.ts';
import { answersOk } from './wait-until.ts';

type Service = { readonly app: string; readonly port: Upstream; readonly password: keyof Secrets };

/** The four services in the order in which an event passes through them. */
const services: readonly Service[] = [
  { app: 'webhook-ingest', port: 'ingest', password: 'BRIDGE_DB_PASSWORD_INGEST' },
  { app: 'cognition', port: 'cognition', password: 'BRIDGE_DB_PASSWORD_COGNITION' },
  { app: 'alerts', port: 'alerts', password: 'BRIDGE_DB_PASSWORD_ALERTS' },
  { app: 'stream-gateway', port: 'gateway', password: 'BRIDGE_DB_PASSWORD_GATEWAY' },
];

type Options = {
  readonly root: string;
  readonly ports: Ports;
  readonly secrets: Secrets;
  readonly urls: ServerUrls;
  readonly env: NodeJS.ProcessEnv;
  /** The vendors' applications, for webhook-ingest only. */
  readonly vendorEnv?: NodeJS.ProcessEnv;
  /** The first channel, for alerts only. */
  readonly inboxEnv?: NodeJS.ProcessEnv;
};

/** Keeps compiled modules between starts, which halves the time to load a service. */
const compileCache = (root: string) => ({ NODE_COMPILE_CACHE: join(root, '.local', 'compile-cache') });

// The Node that runs this process, since that of the system may be too old for TypeScript. The disabled warning concerns
// kafkajs's timers and would appear between the JSON lines of the log. 16 MB suffice for new objects: on a large machine
// Node would take 64 MB, never return them, and pause four times as long for each collection.
export const nodeArgs = [
  process.execPath,
  '--max-semi-space-size=16',
  '--disable-warning=TimeoutNegativeWarning',
  '--conditions=@bridge/source',
] as const;

const argsOf: Readonly<Record<string, readonly string[]>> = {
  // The heap may only grow by six tenths between two full collections. By default it grows fourfold, and the process by
  // 150 MB. New objects take 8 MB from the first moment: they fit into the processor's cache, and collecting them costs no
  // more than with 16 or 32. One thread helps to collect. Four would take both cores of a small machine from the thread
  // that decides.
  cognition: [
    '--heap-growing-percent=60',
    '--min-semi-space-size=8',
    '--max-semi-space-size=8',
    '--v8-pool-size=1',
  ],
  // The heap may double: with ten thousand subscribers that is 50 MB less.
  'stream-gateway': ['--heap-growing-percent=100', '--v8-pool-size=1'],
};

/** Returns the services as programs, each with its own database role. */
export function servicePrograms(options: Options): Program[] {
  const { root, ports, secrets, urls, env, vendorEnv, inboxEnv } = options;
  return services.map(({ app, port, password }) => ({
    name: app,
    command: nodeArgs[0],
    args: [...nodeArgs.slice(1), ...(argsOf[app] ?? []), join(root, 'apps', app, 'src', 'main.ts')],
    cwd: root,
    env: {
      ...env,
      ...compileCache(root),
      ...keysOf(secrets),
      POSTGRES_URL: roleUrl(urls.postgres, `bridge_${port}`, secrets[password]),
      REDIS_URL: urls.redis,
      KAFKA_BOOTSTRAP_SERVERS: urls.kafka,
      SCHEMA_REGISTRY_URL: urls.registry,
      HOST: '127.0.0.1',
      PORT: String(ports[port]),
      TRUST_PROXY: 'loopback',
      PUBLIC_URL: env.PUBLIC_URL ?? `http://localhost:${ports.edge}`,
      ...(port === 'ingest' && vendorEnv),
      ...(port === 'alerts' && inboxEnv),
      ...(port === 'gateway' && originsOf(ports)),
    },
    isReady: () => answersOk(`http://127.0.0.1:${ports[port]}/ready`),
  }));
}

/** Returns the edge as a program. It is ready before the services are. */
export function edgeProgram({ root, ports, env }: Pick<Options, 'root' | 'ports' | 'env'>): Program {
  return {
    name: 'edge',
    command: nodeArgs[0],
    args: [...nodeArgs.slice(1), join(root, 'tools/edge/main.ts')],
    cwd: root,
    env: { ...env, ...compileCache(root), ...originsOf(ports), HOST: '127.0.0.1', PORT: String(ports.edge) },
    isReady: async () => (await fetch(`http://127.0.0.1:${ports.edge}/live`)).status === 404,
  };
}

/** Returns where each service is: `INGEST_ORIGIN` and so on. */
function originsOf(ports: Ports): Record<string, string> {
  return Object.fromEntries(
    services.map(({ port }) => [`${port.toUpperCase()}_ORIGIN`, `http://127.0.0.1:${ports[port]}`]),
  );
}

/** Returns the keys that a service needs, without database passwords and the simulator's secrets. */
function keysOf(secrets: Secrets): Record<string, string> {
  return Object.fromEntries(
    Object.entries(secrets).filter(([name]) => !/^(BRIDGE_DB_PASSWORD|VENDOR_SIM)_/.test(name)),
  );
}
