import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { loadConfig } from './config.ts';

const key = randomBytes(32).toString('base64');
const env = {
  POSTGRES_URL: 'postgres://localhost/x',
  REDIS_URL: 'redis://localhost:6379',
  KAFKA_BOOTSTRAP_SERVERS: 'localhost:9092',
  SCHEMA_REGISTRY_URL: 'http://localhost:8080',
  LANGGRAPH_AES_KEY: `k1:${key}`,
  BRIDGE_INDEX_KEY: key,
  BRIDGE_SIGNING_KEY: `k1:${key}`,
  AUREN_MASTER_API_KEY: randomBytes(32).toString('hex'),
};
const oidc = { OIDC_ISSUER: 'https://id.example.test/realm', OIDC_CLIENT_ID: 'bridge' };

test('a provider is optional, and its callback lies below the public address', () => {
  expect(loadConfig({ ...env, OIDC_ISSUER: '' }).oidc).toBeUndefined();
  expect(loadConfig({ ...env, ...oidc, PUBLIC_URL: 'https://bridge.example.test/' })).toMatchObject({
    isPublicTls: true,
    oidc: {
      issuer: 'https://id.example.test/realm',
      clientId: 'bridge',
      clientSecret: undefined,
      redirectUrl: 'https://bridge.example.test/session/oidc/callback',
    },
  });
  expect(loadConfig(env).isPublicTls).toBe(false);
});

test.each([
  [{ OIDC_ISSUER: oidc.OIDC_ISSUER }, 'OIDC_CLIENT_ID is missing'],
  [{ OIDC_CLIENT_ID: 'bridge' }, 'OIDC_ISSUER is missing'],
  [{ OIDC_CLIENT_SECRET: 'secret-of-nobody' }, 'OIDC_ISSUER is missing'],
  [{ ...oidc, OIDC_ISSUER: 'http://id.example.test' }, 'OIDC_ISSUER: must begin with https'],
  [{ ...oidc, OIDC_ISSUER: 'ftp://localhost' }, 'OIDC_ISSUER: must begin with https'],
  [{ ...oidc, OIDC_ISSUER: 'nonsense' }, 'OIDC_ISSUER'],
  [{ ALERTS_ORIGIN: 'alerts:8003' }, 'ALERTS_ORIGIN'],
])('%j does not start', (given, words) => {
  const load = () => loadConfig({ ...env, ...given });
  expect(load).toThrow(words);
  expect(load).not.toThrow('secret-of-nobody');
});

test.each(['http://localhost:4000', 'http://127.0.0.1:4000', 'http://[::1]:4000'])(
  'a provider on this machine needs no TLS: %s',
  (issuer) => {
    expect(loadConfig({ ...env, ...oidc, OIDC_ISSUER: issuer }).oidc?.issuer).toBe(issuer);
  },
);
