import { createTestDatabase, randomName, type TestDatabase } from '@bridge/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wantedSubscriptions } from '../src/connections/domain/subscriptions.ts';
import { oura } from '../src/vendors/oura/vendor.ts';
import { consent, openService, type Service } from './connections-service.ts';
import { launchSim, type Sim } from './connections-sim.ts';

const day = 86_400_000;
const wanted = oura.subscriptions === 'none' ? [] : wantedSubscriptions(oura, oura.subscriptions);
let database: TestDatabase;
let sim: Sim;
let service: Service;
let ahead = 0;
const now = () => Date.now() + ahead;
beforeAll(async () => {
  [database, sim] = await Promise.all([createTestDatabase(), launchSim()]);
  service = await openService({ database, simUrl: sim.url, now });
});
afterAll(async () => {
  await service.close();
  await sim.close();
  await database.close();
});

it('subscriptions are made once somebody is connected, each one once', async () => {
  await service.renew();
  expect(await sim.subscriptions()).toEqual([]);

  const person = { vendor: 'oura', userId: randomName('user'), account: await sim.addAccount('oura') };
  expect((await (await consent(service, person)).finish()).status).toBe(200);
  const jobs = await service.query(
    `select 1 from graphile_worker.jobs where task_identifier = 'renew_subscriptions'`,
  );
  expect(jobs).toHaveLength(1);
  await service.renew();
  await service.renew();
  const made = await sim.subscriptions();
  expect(made).toHaveLength(wanted.length);
  expect(new Set(made.map(({ callback_url }) => callback_url))).toEqual(new Set([service.callbackUrl]));
  const list = JSON.parse((await service.ask('/connections')).text) as { connections: unknown[] };
  expect(list.connections).toMatchObject([
    { next_renewal_at: expect.any(String) as string, renewal_failing_since: null, quota_left: 4_321 },
  ]);
});

it('a vendor that is down is no failure while nothing is due', async () => {
  await sim.faults('oura', { api: 'errors' });
  for (let run = 0; run < 3; run += 1) await service.renew();
  expect(service.sent).toEqual([]);
  await sim.faults('oura', { api: 'up' });
});

it('renewals that go on failing are an alert, which ends when they work again', async () => {
  ahead = 84 * day;
  await sim.faults('oura', { api: 'errors' });
  await service.renew();
  await service.renew();
  expect(service.sent).toEqual([]);
  const list = JSON.parse((await service.ask('/connections')).text) as { connections: unknown[] };
  expect(list.connections).toMatchObject([{ renewal_failing_since: expect.any(String) as string }]);
  await service.renew();
  await service.renew();
  const [first, second] = service.sent;
  expect(first).toMatchObject({
    status: 'firing',
    kind: 'connection.subscription',
    user_id: 'bridge:operators',
    severity: 'warning',
    title: 'Notices of a vendor may stop',
    summary: expect.stringContaining('subscriptions at oura cannot be made or renewed since') as string,
  });
  expect(second?.signal_id).toBe(first?.signal_id);

  await sim.faults('oura', { api: 'up' });
  await service.renew();
  expect(service.sent[2]).toMatchObject({ status: 'resolved', alert_id: first?.alert_id });
  await service.renew();
  expect(service.sent).toHaveLength(3);
  ahead = 0;
});

it('subscriptions that lead to an old address are led to the new one', async () => {
  const moved = await openService({ database, simUrl: sim.url, now });
  await moved.renew();
  const addresses = (await sim.subscriptions()).map(({ callback_url }) => callback_url);
  expect(addresses).toHaveLength(wanted.length);
  expect(new Set(addresses)).toEqual(new Set([moved.callbackUrl]));
  await moved.close();
});
