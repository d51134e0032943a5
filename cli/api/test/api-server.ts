import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createRecordingLog, type LogLine } from '@bridge/testing';
import type { Command } from 'commander';
import type { CreateCommand } from '../../run-program.ts';

export const key = 'key-of-the-test';

export type ApiRequest = {
  readonly call: string;
  readonly key: string | undefined;
  readonly lastEventId: string | undefined;
  readonly body: unknown;
};

/** Answers a request; whatever is not written by it stays open. */
type Answer = (res: ServerResponse, request: ApiRequest) => void;

export function answerJson(body: unknown, status = 200): Answer {
  return (res) => {
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
}

/** An API that answers by method and path with query. A list of answers is given in turn, the last one again and again. */
export async function startApiServer() {
  const answers = new Map<string, Answer | Answer[]>();
  const requests: ApiRequest[] = [];
  const server = createServer((req, res) => {
    void text(req).then((sent) => {
      const request = {
        call: `${req.method ?? ''} ${req.url ?? ''}`,
        key: req.headers.authorization,
        lastEventId: req.headers['last-event-id'] as string | undefined,
        body: sent === '' ? undefined : (JSON.parse(sent) as unknown),
      };
      requests.push(request);
      const found = answers.get(request.call);
      const answer = Array.isArray(found) ? (found.length > 1 ? found.shift() : found[0]) : found;
      (answer ?? answerJson({ title: 'Not Found', status: 404 }, 404))(res, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    answers,
    requests,
    /** Runs a command against it, with the key in the environment. */
    run: (create: CreateCommand, ...args: string[]) =>
      runCommand(create, { BRIDGE_URL: url, BRIDGE_API_KEY: key }, args),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

export type Run = { readonly lines: readonly string[]; readonly logged: readonly LogLine[] };

/** Runs a command in this process. Bad use is thrown, as errors are. */
export async function runCommand(
  create: CreateCommand,
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Run> {
  const lines: string[] = [];
  const log = createRecordingLog();
  const command = create(env, log, (line) => lines.push(...line.split('\n')));
  throwOnBadUse(command);
  await command.parseAsync(args, { from: 'user' });
  return { lines, logged: log.lines };
}

function throwOnBadUse(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  for (const below of command.commands) throwOnBadUse(below);
}
