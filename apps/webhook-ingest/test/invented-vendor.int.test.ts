import type { Closeable } from '@bridge/core';
import { createLogger } from '@bridge/service-runtime';
import { createTestDatabase, fromEnvironment, randomName, type TestDatabase } from '@bridge/testing';
import { Writable } from 'node:stream';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { vendorDefinitions } from '../src/vendors/vendors.ts';
import { wireIngest } from '../src/wire.ts';
import { followEvents } from './follow-events.ts';
import { createKeys } from './ingest-process.ts';
import { luna, signedNotice, startLuna } from './invented-vendor.ts';

const keys = createKeys();
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** The service in this process, with a third vendor beside those that it has. */
async function startService(lunaUrl: string) {
  const open: Closeable[] = [];
  onTestFinished(async () => {
    for (const one of open.reverse()) await one.close();
  });
  const silent = new Writable({
    write(_line, _encoding, done) {
      done();
    },
  });
  const log = createLogger({ service: 'test', level: 'error', destination: silent });
  const metrics = new Registry();
  const service = {
    log,
    metrics,
    isStopping: () => false,
    async use<T extends Closeable>(resource: T | Promise<T>): Promise<T> {
      const opened = await resource;
      open.push(opened);
      return opened;
    },
    env: {
      ...keys,
      POSTGRES_URL: database.urlFor('ingest'),
      KAFKA_BOOTSTRAP_SERVERS: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS'),
      SCHEMA_REGISTRY_URL: fromEnvironment('SCHEMA_REGISTRY_URL'),
      REDIS_URL: fromEnvironment('REDIS_URL'),
      PORT: '0',
      PUBLIC_URL: 'http://bridge.test',
      LUNA_CLIENT_ID: 'bridge',
      LUNA_CLIENT_SECRET: 'luna-secret',
      LUNA_VERIFICATION_TOKEN: 'luna-verification-token',
      LUNA_API_URL: lunaUrl,
      LUNA_OAUTH_URL: lunaUrl,
    },
  };
  const { url } = await wireIngest(service, { ...vendorDefinitions, luna });
  async function ask(path: string) {
    const headers = { authorization: `Bearer ${keys.AUREN_MASTER_API_KEY}`, accept: 'application/json' };
    const answer = await fetch(url + path, { headers });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }
  return { url, ask, metrics };
}

it('a vendor is a definition: an invented one goes from consent and signed notice to events', async () => {
  const userId = randomName('ada');
  const account = randomName('moon');
  const vendor = await startLuna(account);
  onTestFinished(() => vendor.close());
  const first = await followEvents(keys.BRIDGE_SIGNING_KEY, [userId]);
  const service = await startService(vendor.url);
  const at = (minutesAgo: number) => new Date(Date.now() - minutesAgo * 60_000).toISOString();
  vendor.pulse.push({ at: at(20), bpm: 61 });

  // Consent: the series in the history is pulled.
  const begun = await service.ask(`/connect/luna?user_id=${userId}`);
  const authorizeUrl = String(begun.body['authorize_url']);
  expect(new URL(authorizeUrl).searchParams.get('scope')).toBe('me nights pulse');
  const consent = await fetch(authorizeUrl, { redirect: 'manual' });
  const back = new URL(consent.headers.get('location') ?? '');
  expect(await service.ask(back.pathname + back.search)).toMatchObject({
    status: 200,
    body: { state: 'active' },
  });
  expect(await first(1)).toMatchObject([{ event: { source: 'luna', event_type: 'heart_rate' } }]);

  // A signed notice: its document becomes an event.
  vendor.nights.set('n1', { uuid: 'n1', woke_at: at(10), pulse: 52, revision: 3 });
  const { raw, headers } = signedNotice({ moon: account, about: 'night', uuid: 'n1' }, 'luna-secret');
  const post = (more: Record<string, string>) =>
    fetch(`${service.url}/webhooks/luna`, { method: 'POST', body: raw, headers: { ...headers, ...more } });
  expect((await post({ 'luna-signature': 'ab'.repeat(32) })).status).toBe(401);
  expect((await post({})).status).toBe(200);
  expect((await first(2))[1]?.event).toMatchObject({
    source: 'luna',
    event_type: 'sleep',
    readings: [{ metric: 'resting_heart_rate', value: 52 }],
    provenance: { object_id: 'night/n1' },
  });

  // Its subscription, the handshake, the list of connections and the metrics.
  await expect
    .poll(() => vendor.hooks, { timeout: 10_000 })
    .toMatchObject([
      { dataType: 'night', eventType: 'any', callbackUrl: 'http://bridge.test/webhooks/luna' },
    ]);
  const handshake = '/webhooks/luna?luna.token=luna-verification-token&luna.challenge=42';
  expect(await service.ask(handshake)).toEqual({ status: 200, body: { 'luna.challenge': '42' } });
  const { body } = await service.ask(`/connections?user_id=${userId}`);
  expect(body['connections']).toMatchObject([
    { vendor: 'luna', state: 'active', quota_left: expect.any(Number) as number },
  ]);
  const text = await service.metrics.metrics();
  expect(text).toContain('vendor_connections{vendor="luna",state="active"} 1');
  expect(text).toContain('resilience_breaker_state{policy="luna-api"} 0');
});
