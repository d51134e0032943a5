import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttpApp, mountOps, serveHttp } from '@bridge/service-runtime';
import { silentLog } from '@bridge/testing';
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

/** Runs Node with nothing from our own environment. */
function run(cwd: string, nodeArgs: readonly string[], env: Record<string, string>) {
  return new Promise<{ code: number | null; output: string }>((resolve, reject) => {
    const child = spawn(process.execPath, nodeArgs, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output: Buffer.concat(chunks).toString() }));
  });
}
