import { randomBytes, timingSafeEqual } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { controlFile, type ControlAddress, type ProgramStatus } from '@bridge/cli/stack-control';
import type { SupervisedProgram } from './supervise.ts';

/**
 * Serves, on loopback, the requests with which another process of the same user stops and starts single programs, for
 * example to see how the system behaves while Kafka is down. Writes its address and token into the run directory.
 */
export async function startControlServer(options: {
  run: string;
  programs: ReadonlyMap<string, SupervisedProgram>;
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
  writeFileSync(file, JSON.stringify({ url: `http://127.0.0.1:${port}`, token } satisfies ControlAddress), {
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

type Answer = { readonly status: number; readonly body: unknown };

async function answer(
  request: IncomingMessage,
  token: string,
  programs: ReadonlyMap<string, SupervisedProgram>,
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

/** Sends SIGKILL without a stop request, so that the supervisor sees a crash. */
function killProgram(program: SupervisedProgram): void {
  const pid = program.pid();
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}

function status(program: SupervisedProgram): ProgramStatus {
  return { name: program.name, state: program.state(), pid: program.pid() ?? null };
}

function isAllowed(header: string | undefined, token: string): boolean {
  const given = Buffer.from(header ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}
