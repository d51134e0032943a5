import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpApp, mountOps, serveHttp } from '@bridge/service-runtime';
import { createTestDatabase, fromEnvironment, silentLog, type DatabaseRole } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { images, stage, type Service } from '../build/stage.ts';
import { finalStage, parseDockerfile } from './dockerfile.ts';

// Below this folder nothing is found that the image would not have, node_modules of the repository included.
const folder = mkdtempSync(join(tmpdir(), 'bridge-images-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const dockerfile = readFileSync(join(import.meta.dirname, '../../deploy/docker/Dockerfile'), 'utf8');
const command = finalStage(parseDockerfile(dockerfile)).find(({ name }) => name === 'CMD')?.value ?? '[]';
const [, ...args] = JSON.parse(command) as string[];

test.each(Object.keys(images) as Service[])(
  "the image of %s starts with the Dockerfile's command and asks for its configuration",
  async (service) => {
    const directory = join(folder, service);
    await stage(service, directory);
    const { code, output } = await run(directory, args, {});
    expect(output).toContain('KAFKA_BOOTSTRAP_SERVERS is missing');
    expect(output).not.toMatch(/Warning|ERR_MODULE_NOT_FOUND|Dynamic require/);
    expect(code).toBe(1);
  },
);

// The others would join the groups of the services that run beside.
test.each<[Service, DatabaseRole]>([
  ['webhook-ingest', 'ingest'],
  ['stream-gateway', 'gateway'],
])('the image of %s finds all that it loads: it starts and stops', async (service, role) => {
  const database = await createTestDatabase();
  onTestFinished(() => database.close());
  const key = () => randomBytes(32).toString('base64');
  const env = {
    POSTGRES_URL: database.urlFor(role),
    KAFKA_BOOTSTRAP_SERVERS: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS'),
    SCHEMA_REGISTRY_URL: fromEnvironment('SCHEMA_REGISTRY_URL'),
    REDIS_URL: fromEnvironment('REDIS_URL'),
    AUREN_MASTER_API_KEY: randomBytes(24).toString('hex'),
    LANGGRAPH_AES_KEY: key(),
    BRIDGE_INDEX_KEY: key(),
    BRIDGE_SIGNING_KEY: `test:${key()}`,
    PORT: '0',
  };
  const { code, output } = await run(join(folder, service), args, env, '"message":"started"');
  expect(output).toContain('"message":"started"');
  expect(output).not.toMatch(/MODULE_NOT_FOUND|Dynamic require/);
  expect(code).toBe(0);
});

test('the health check asks a path that services have, and fails when nobody answers', async () => {
  const metrics = new Registry();
  const app = createHttpApp({ log: silentLog, metrics });
  mountOps(app, { service: 'test', version: '0', components: [], metrics, isStopping: () => false });
  const server = await serveHttp(app, { host: '127.0.0.1', port: 0 }, silentLog);
  onTestFinished(() => server.close());
  const check = join(import.meta.dirname, '../../deploy/docker/healthcheck.mjs');
  expect(await run(folder, [check], { PORT: String(server.port) })).toMatchObject({ code: 0 });
  expect(await run(folder, [check], { PORT: '1' })).toMatchObject({ code: 1 });
});

/** Runs Node with nothing from our own environment, until it ends or says `until`; then it is asked to end. */
function run(cwd: string, nodeArgs: readonly string[], env: Record<string, string>, until?: string) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(process.execPath, nodeArgs, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      if (until !== undefined && chunk.includes(until)) child.kill('SIGTERM');
    });
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
