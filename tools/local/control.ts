import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { runningOwner } from './process-records.ts';
import type { Supervised } from './supervise.ts';

type Control = { readonly url: string; readonly token: string };

/** What the control door says about one program. */
export type ProgramStatus = { readonly name: string; readonly state: string; readonly pid: number | null };

export type ControlAction = 'start' | 'stop' | 'kill';

/**
 * Opens a door on loopback through which another process of the same user stops and starts single programs: it is how
 * one sees what the system does while Kafka is down. Address and token lie in the run directory.
 */
export async function startControl(options: {
  run: string;
  programs: ReadonlyMap<string, Supervised>;
}): Promise<AsyncDisposable> {
  const token = randomBytes(24).toString('base64url');
  const server = createServer((request, response) => {
    void answer(request, token, options.programs).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => resolve(undefined));
  await promise;
  const { port } = server.address() as AddressInfo;
  const file = controlFile(options.run);
  writeFileSync(file, JSON.stringify({ url: `http://127.0.0.1:${port}`, token } satisfies Control), {
    mode: 0o600,
  });
  return {
    [Symbol.asyncDispose]: async () => {
      rmSync(file, { force: true });
      server.close();
      server.closeAllConnections();
      return Promise.resolve();
    },
  };
}

/** The programs of a running stack. Throws when no stack runs. */
export async function listPrograms(run: string): Promise<ProgramStatus[]> {
  return (await ask(run, 'GET', '/programs')) as ProgramStatus[];
}

/** Stops (and keeps stopped), starts, or kills (and so restarts) one program of a running stack. */
export async function controlProgram(run: string, name: string, action: ControlAction): Promise<void> {
  await ask(run, 'POST', `/programs/${name}/${action}`);
}

async function ask(run: string, method: string, path: string): Promise<unknown> {
  const { url, token } = readControl(run);
  const response = await fetch(url + path, { method, headers: { authorization: `Bearer ${token}` } });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`The stack answered ${response.status}: ${JSON.stringify(body)}`);
  return body;
}

function readControl(run: string): Control {
  if (!runningOwner(run)) throw new Error('No stack runs here; start one with `npm start`.');
  return JSON.parse(readFileSync(controlFile(run), 'utf8')) as Control;
}

function controlFile(run: string): string {
  return join(run, 'control.json');
}

type Answer = { readonly status: number; readonly body: unknown };

async function answer(
  request: IncomingMessage,
  token: string,
  programs: ReadonlyMap<string, Supervised>,
): Promise<Answer> {
  if (!isAllowed(request.headers.authorization, token)) return { status: 401, body: 'unknown token' };
  const [, , name, action] = (request.url ?? '').split('/');
  if (request.method === 'GET' && name === undefined)
    return { status: 200, body: [...programs.values()].map(status) };
  const program = programs.get(name ?? '');
  if (request.method !== 'POST' || !program) return { status: 404, body: 'no such program' };
  try {
    if (action === 'start') await program.start();
    else if (action === 'stop') await program.stop();
    else if (action === 'kill') killProgram(program);
    else return { status: 404, body: 'no such action' };
    return { status: 200, body: status(program) };
  } catch (error) {
    return { status: 500, body: error instanceof Error ? error.message : String(error) };
  }
}

/** SIGKILL without asking for a stop: the supervisor takes it for a crash. */
function killProgram(program: Supervised): void {
  const pid = program.pid();
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

function status(program: Supervised): ProgramStatus {
  return { name: program.name, state: program.state(), pid: program.pid() ?? null };
}

function isAllowed(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
