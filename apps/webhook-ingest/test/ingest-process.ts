import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fromEnvironment, type TestDatabase } from '@bridge/testing';
import { onTestFinished } from 'vitest';

const main = new URL('../src/main.ts', import.meta.url).pathname;

/** Keys of one test file's services. */
export function createKeys() {
  const random = () => randomBytes(32).toString('base64');
  return {
    AUREN_MASTER_API_KEY: randomBytes(24).toString('hex'),
    LANGGRAPH_AES_KEY: random(),
    BRIDGE_INDEX_KEY: random(),
    BRIDGE_SIGNING_KEY: `test:${random()}`,
  };
}

export type Env = Readonly<Record<string, string>>;

/** As `launchIngest`, stopped when the test ends. */
export async function startIngest(database: TestDatabase, env: Env): Promise<Ingest> {
  const ingest = await launchIngest(database, env);
  onTestFinished(async () => {
    await ingest.stop();
  });
  return ingest;
}

/** The service as its own process on a free port. `env` replaces what it would read. Whoever calls stops it. */
export async function launchIngest(database: TestDatabase, env: Env) {
  const child = spawn(process.execPath, ['--conditions=@bridge/source', main], {
    env: {
      PATH: process.env.PATH,
      POSTGRES_URL: database.urlFor('ingest'),
      KAFKA_BOOTSTRAP_SERVERS: fromEnvironment('KAFKA_BOOTSTRAP_SERVERS'),
      SCHEMA_REGISTRY_URL: fromEnvironment('SCHEMA_REGISTRY_URL'),
      REDIS_URL: fromEnvironment('REDIS_URL'),
      PORT: '0',
      LOG_LEVEL: 'debug',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit') as Promise<[code: number | null]>;
  const lines: string[] = [];
  const port = Promise.withResolvers<number>();
  child.stderr.on('data', (text: Buffer) => lines.push(text.toString()));
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (line.includes('"message":"listening"')) port.resolve((JSON.parse(line) as { port: number }).port);
  });
  void exited.then(() => port.reject(new Error(lines.join('\n'))));

  /** SIGTERM; the exit code. */
  async function stop(): Promise<number | null> {
    if (child.exitCode === null) child.kill('SIGTERM');
    const [code] = await exited;
    return code;
  }
  const url = `http://127.0.0.1:${await port.promise}`;

  /** POST with the master key and as JSON, unless headers say otherwise; an empty header is not sent. */
  async function post(path: string, body: unknown, headers: Record<string, string> = {}) {
    const all = {
      authorization: `Bearer ${env['AUREN_MASTER_API_KEY'] ?? ''}`,
      'content-type': 'application/json',
      ...headers,
    };
    const response = await fetch(url + path, {
      method: 'POST',
      headers: Object.entries(all).filter(([, value]) => value !== ''),
      // A Blob brings no content type of its own.
      body: body instanceof Blob ? body : new Blob([typeof body === 'string' ? body : JSON.stringify(body)]),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  }

  return { url, lines, post, stop };
}

export type Ingest = Awaited<ReturnType<typeof launchIngest>>;
