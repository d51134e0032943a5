import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseEnv, readEnvFile, writeEnvFile } from './env-file.ts';
import { completeSecrets } from './secrets.ts';
import { replacedServers, roleUrl } from './server-urls.ts';

const directory = mkdtempSync(join(tmpdir(), 'bridge-env-'));
const file = join(directory, 'env');
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the env file', () => {
  it('is absent before the first start', () => {
    expect(readEnvFile(join(directory, 'other'))).toBeUndefined();
  });

  it('gives back what was written, and is readable by its owner alone', () => {
    const values = { A_KEY: 'k1:abc+/=', A_URL: 'postgresql://u:p@127.0.0.1:5432/db?x=1' };
    writeEnvFile(file, values);
    expect(readEnvFile(file)).toEqual(values);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('passes over comments and anything that is not an assignment', () => {
    expect(parseEnv('# A=1\n\nnonsense\nB=2\n')).toEqual({ B: '2' });
  });
});

describe('completeSecrets', () => {
  it('keeps what there is and makes what is missing', () => {
    const secrets = completeSecrets({ BRIDGE_INDEX_KEY: 'kept' });
    expect(secrets.BRIDGE_INDEX_KEY).toBe('kept');
    expect(completeSecrets(secrets)).toEqual(secrets);
  });

  it('makes keys of 32 bytes, in a form that a shell takes unquoted', () => {
    const secrets = completeSecrets({});
    const key = secrets.LANGGRAPH_AES_KEY.slice('k1:'.length);
    expect(Buffer.from(key, 'base64')).toHaveLength(32);
    expect(new Set(Object.values(secrets)).size).toBe(Object.keys(secrets).length);
    for (const secret of Object.values(secrets)) expect(secret).toMatch(/^[\w:+/=-]{32,}$/);
  });
});

describe('replacedServers', () => {
  it('takes a URL from the environment in place of a server', () => {
    expect(replacedServers({ KAFKA_BOOTSTRAP_SERVERS: 'broker:9092', REDIS_URL: '' }, {})).toEqual({
      kafka: 'broker:9092',
    });
  });

  it('does not take the URLs of this very stack, which a shell has when it loaded the env file', () => {
    const written = { REDIS_URL: 'redis://127.0.0.1:6379' };
    expect(replacedServers({ REDIS_URL: 'redis://127.0.0.1:6379' }, written)).toEqual({});
    expect(replacedServers({ REDIS_URL: 'redis://elsewhere:6379' }, written)).toEqual({
      redis: 'redis://elsewhere:6379',
    });
  });
});

describe('roleUrl', () => {
  it('changes the role and keeps host, database and parameters', () => {
    expect(roleUrl('postgresql://owner:a@db:5433/auren_db?sslmode=require', 'bridge_alerts', 'p@ss')).toBe(
      'postgresql://bridge_alerts:p%40ss@db:5433/auren_db?sslmode=require',
    );
  });
});
