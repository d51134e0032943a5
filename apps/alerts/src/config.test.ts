import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';

const env = {
  POSTGRES_URL: 'postgresql://u:p@db/bridge',
  KAFKA_BOOTSTRAP_SERVERS: 'kafka:9092',
  SCHEMA_REGISTRY_URL: 'http://registry:8080',
  AUREN_MASTER_API_KEY: randomBytes(32).toString('hex'),
  LANGGRAPH_AES_KEY: `k1:${randomBytes(32).toString('base64')}`,
  BRIDGE_INDEX_KEY: randomBytes(32).toString('base64'),
  BRIDGE_SIGNING_KEY: `k1:${randomBytes(32).toString('base64')}`,
};

test('nothing private is allowed, and no channel is made, unless it is said', () => {
  expect(loadConfig(env)).toMatchObject({
    publicUrl: 'http://localhost:8888',
    defaultNtfyUrl: undefined,
    allowedPrivateHosts: new Set(),
  });
});

test('the limits of the watchdog are seconds', () => {
  expect(loadConfig(env).watch).toEqual({ silentAfterMs: 60_000, stalledAfterMs: 21_600_000 });
  const given = { ALERTS_SILENT_AFTER_SECONDS: '90', ALERTS_STALLED_AFTER_SECONDS: '3600' };
  expect(loadConfig({ ...env, ...given }).watch).toEqual({
    silentAfterMs: 90_000,
    stalledAfterMs: 3_600_000,
  });
  expect(() => loadConfig({ ...env, ALERTS_SILENT_AFTER_SECONDS: '1' })).toThrow(
    'ALERTS_SILENT_AFTER_SECONDS',
  );
});

test('allowed hosts are read in lower case, with or without a port', () => {
  const ALERTS_ALLOWED_PRIVATE_HOSTS = 'Ntfy.local, 10.0.0.7:8080,[::1]:80,';
  expect(loadConfig({ ...env, ALERTS_ALLOWED_PRIVATE_HOSTS }).allowedPrivateHosts).toEqual(
    new Set(['ntfy.local', '10.0.0.7:8080', '[::1]:80']),
  );
});

test.each(['http://ntfy.local', 'a b', 'ntfy:port', '10.0.0.0/8', '*'])('%s is no host', (hosts) => {
  const given = { ...env, ALERTS_ALLOWED_PRIVATE_HOSTS: hosts };
  expect(() => loadConfig(given)).toThrow('ALERTS_ALLOWED_PRIVATE_HOSTS: must be host or host:port');
});

test('addresses are http', () => {
  expect(() => loadConfig({ ...env, ALERTS_DEFAULT_NTFY_URL: 'file:///etc/passwd' })).toThrow(
    'ALERTS_DEFAULT_NTFY_URL',
  );
});
