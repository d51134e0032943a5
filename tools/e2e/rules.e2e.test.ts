import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { waitUntil } from '../local/wait-until.ts';
import { connectBroker, type Broker } from './broker.ts';
import { askService, isReady, pidOf, system } from './system.ts';

// The rules that this stack's cognition reads; see startTestStack.
const path = join(system.home, 'neuros.yaml');
let shipped = '';
let broker: Broker;

beforeAll(async () => {
  shipped = await readFile(path, 'utf8');
  broker = await connectBroker();
});
afterAll(async () => {
  await writeFile(path, shipped);
  await broker[Symbol.asyncDispose]();
});

async function reloads(result: 'taken' | 'refused'): Promise<number> {
  const { body } = await askService('cognition', '/metrics');
  return Number(
    new RegExp(`^neuros_config_reloads_total{result="${result}"} (\\d+)$`, 'm').exec(body)?.[1] ?? 0,
  );
}

async function untilReloads(result: 'taken' | 'refused', wanted: number): Promise<void> {
  const what = `${wanted} rule files that were ${result}`;
  await waitUntil(what, async () => (await reloads(result)) === wanted, { withinMs: 10_000, everyMs: 100 });
}

it('cognition refuses a bad file of rules and goes on, and reads it again on SIGHUP', async () => {
  const refused = await reloads('refused');
  await writeFile(path, `${shipped}\nno_such_key: 1\n`);
  await untilReloads('refused', refused + 1);
  const pid = await pidOf('cognition');
  process.kill(pid ?? Number.NaN, 'SIGHUP');
  await untilReloads('refused', refused + 2);
  expect(await isReady('cognition')).toBe(true);
  expect(await pidOf('cognition')).toBe(pid);
});

it('cognition takes changed rules while it runs', async () => {
  const taken = await reloads('taken');
  await writeFile(path, shipped.replace('reflex: 2s', 'reflex: 3s'));
  await untilReloads('taken', taken + 1);
  await writeFile(path, shipped);
  await untilReloads('taken', taken + 2);
});

it('cognition says on the alerts topic that it is there', async () => {
  const heard = () => Promise.resolve(broker.heartbeats.some(({ source }) => source === 'cognition'));
  // One every 15 s.
  await waitUntil('a heartbeat of cognition', heard, { withinMs: 20_000, everyMs: 200 });
});
