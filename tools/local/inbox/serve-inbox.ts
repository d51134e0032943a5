import type { InboxMessage } from '@bridge/cli/alert-inbox';
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { readJsonMessage, readPlainMessage, refusals, type Reading } from './ntfy-message.ts';

type Deps = {
  /** Has kept the message when it returns. */
  readonly keep: (message: InboxMessage) => void;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

const mostBytes = 64 * 1024;

/** A server that takes messages in ntfy's two forms. It gives none away: web pages can reach loopback addresses too. */
export function createInbox({ keep, now }: Deps): Server {
  return createServer((req, res) => {
    take(req, res).catch(() => {
      // The sender has gone, or the file cannot be written.
      if (!res.headersSent) answer(res, 500, { code: 50001, http: 500, error: 'internal server error' });
    });
  });

  async function take(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const path = (req.url ?? '/').split('?')[0] ?? '/';
    if (req.method === 'GET' && path === '/v1/health') {
      answer(res, 200, { healthy: true });
      return;
    }
    const reading = await readPublication(req, path);
    if ('refusal' in reading) {
      answer(res, reading.refusal.http, reading.refusal);
      return;
    }
    const id = randomBytes(9).toString('base64url');
    const time = Math.floor(now() / 1_000);
    const message: InboxMessage = { id, time, event: 'message', ...reading.publication };
    keep(message);
    answer(res, 200, message);
  }
}

async function readPublication(req: IncomingMessage, path: string): Promise<Reading> {
  if (req.method !== 'POST' && req.method !== 'PUT') return { refusal: refusals.path };
  const body = await readBody(req);
  if (body === undefined) return { refusal: refusals.size };
  if (path === '/') return readJsonMessage(body);
  return readPlainMessage(path.slice(1), body, (...names) => headerOf(req, names));
}

/** Undefined when it is too large. The rest is read and thrown away, since a closed socket would hide the answer. */
async function readBody(req: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= mostBytes) chunks.push(chunk);
  }
  return bytes > mostBytes ? undefined : Buffer.concat(chunks).toString('utf8');
}

function headerOf({ headers }: IncomingMessage, names: readonly string[]): string | undefined {
  const value = names.map((name) => headers[name]).find((found) => found !== undefined);
  // Node reads headers as Latin-1; senders write UTF-8.
  return value === undefined ? undefined : Buffer.from(String(value), 'latin1').toString('utf8');
}

function answer(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
