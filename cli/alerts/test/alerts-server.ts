import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createRecordingLog, type LogLine } from '@bridge/testing';
import type { Command } from 'commander';
import { alertsCommand } from '../command.ts';

export type Answer = {
  readonly status?: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

export type ReceivedRequest = {
  readonly call: string;
  readonly key: string | undefined;
  readonly body: unknown;
};

/** When the commands of these tests run. */
export const now = Date.UTC(2026, 2, 1, 12, 0, 0);
export const key = 'key-of-the-test';

/** A server that gives these answers, by method and path with query. Everything else is a 404 with a problem document. */
export async function startAlertsServer() {
  const answers = new Map<string, Answer>();
  const requests: ReceivedRequest[] = [];
  const server = createServer((req, res) => {
    void text(req).then((sent) => {
      const call = `${req.method ?? ''} ${req.url ?? ''}`;
      const body = sent === '' ? undefined : (JSON.parse(sent) as unknown);
      requests.push({ call, key: req.headers.authorization, body });
      const answer = answers.get(call) ?? { status: 404, body: { title: 'Not Found', status: 404 } };
      const { status = 200, headers = {} } = answer;
      res.writeHead(status, { 'content-type': 'application/json', ...headers });
      res.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url,
    answers,
    requests,
    run: (...args: string[]) => runAlerts({ BRIDGE_ALERTS_URL: url, AUREN_MASTER_API_KEY: key }, args),
    close: () => void server.close(),
  };
}

export type Run = { readonly lines: readonly string[]; readonly logged: readonly LogLine[] };

/** Runs `alerts …` in this process. Bad use is thrown, as errors are. */
export async function runAlerts(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<Run> {
  const lines: string[] = [];
  const log = createRecordingLog();
  const command = alertsCommand(
    env,
    log,
    (line) => lines.push(...line.split('\n')),
    () => now,
  );
  throwOnBadUse(command);
  await command.parseAsync(args, { from: 'user' });
  return { lines, logged: log.lines };
}

function throwOnBadUse(command: Command): void {
  command.exitOverride().configureOutput({ writeErr: () => undefined });
  for (const below of command.commands) throwOnBadUse(below);
}
