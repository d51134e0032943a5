import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { startVendorSim } from '../start-vendor-sim.ts';
import { connect, refresh } from './connect.ts';
import { startReceiver } from './receiver.ts';

const running: { readonly close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

it('a test in another process can do it all over HTTP', async () => {
  const [sim, receiver] = await Promise.all([startVendorSim(), startReceiver()]);
  running.push(sim, receiver);
  const post = (path: string, body: unknown) =>
    fetch(`${sim.url}/sim/${path}`, { method: 'POST', body: JSON.stringify(body) });
  const account = (await (await post('accounts', { vendor: 'oura', id: 'user-1' })).json()) as { id: string };
  expect(account.id).toBe('user-1');
  await post('webhooks', { vendor: 'oura', url: receiver.url });
  const about = { vendor: 'oura', account: 'user-1' };
  const document = { id: 'd1', day: '2026-11-20' };
  await post('documents', [{ ...about, collection: 'daily_sleep', document }]);
  await post('notices', { ...about, dataType: 'meal', objectId: 'm1', event: 'delete' });
  await receiver.has(2);
  expect(receiver.received.map(({ body }) => JSON.parse(body) as unknown)).toMatchObject([
    { event_type: 'create', object_id: 'd1' },
    { event_type: 'delete', data_type: 'meal' },
  ]);
  expect(
    await (await post('removals', { ...about, collection: 'daily_sleep', id: 'd1', notify: false })).json(),
  ).toEqual({
    removed: 1,
  });
  const changed = await (await post('faults', { oura: { api: 'errors' } })).json();
  expect(changed).toMatchObject({ oura: { api: 'errors' }, whoop: { api: 'up' } });
  await fetch(`${sim.url}/sim/faults`, { method: 'DELETE' });
  expect(await (await fetch(`${sim.url}/sim/faults`)).json()).toMatchObject({ oura: { api: 'up' } });
  expect(await (await fetch(`${sim.url}/sim/stats`)).json()).toMatchObject({
    oura: { notices: { accepted: 2 } },
  });
});

it('says what is wrong with what it is told', async () => {
  const sim = await startVendorSim();
  running.push(sim);
  const statusOf = async (path: string, body: string) =>
    (await fetch(`${sim.url}/sim/${path}`, { method: 'POST', body })).status;
  expect(await statusOf('faults', '{"oura":{"api":"asleep"}}')).toBe(422);
  expect(await statusOf('faults', '{"oura":{"unknown":1}}')).toBe(422);
  expect(await statusOf('documents', 'no json')).toBe(422);
  const document = { vendor: 'oura', account: 'nobody', collection: 'sleep', document: {} };
  expect(await statusOf('documents', JSON.stringify(document))).toBe(422);
  expect((await fetch(`${sim.url}/sim/nothing`)).status).toBe(404);
  expect((await fetch(`${sim.url}/sim/documents`)).status).toBe(405);
});

it('a restart with a state file knows its people, consents and subscriptions', async () => {
  const home = mkdtempSync(join(tmpdir(), 'vendor-sim-'));
  const stateFile = join(home, 'state.json');
  try {
    const first = await startVendorSim({ stateFile });
    const { id } = first.addUser('whoop');
    const { refresh_token } = await connect(first, 'whoop', id);
    first.addWebhook('oura', 'http://127.0.0.1:1/');
    await first.close();

    const second = await startVendorSim({ stateFile });
    running.push(second);
    expect((await refresh(second, 'whoop', refresh_token)).status).toBe(200);
    expect((await refresh(second, 'whoop', refresh_token)).status).toBe(400);
    const saved = (await (await fetch(`${second.url}/sim/subscriptions`)).json()) as unknown[];
    expect(saved.length).toBeGreaterThan(60);
  } finally {
    rmSync(home, { recursive: true });
  }
});
