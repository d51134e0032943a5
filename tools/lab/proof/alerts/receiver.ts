import { hash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlertStatus } from '@bridge/contracts';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';

export type Answer = { readonly status: number; readonly headers?: Record<string, string> } | 'hang';

/** What came under one key. */
export type Receipt = {
  readonly key: string;
  readonly steps: readonly ToldStep[];
  readonly bodyHash: string;
  requests: number;
  accepted: number;
  /** Its place among the keys that were accepted, from 1; 0: none was yet. */
  place: number;
};

export type ToldStep = { readonly alertId: string; readonly step: number; readonly status: AlertStatus };

export type ProofReceiver = {
  /** The body of `PUT /channels/{name}`. */
  readonly channel: unknown;
  readonly receipts: ReadonlyMap<string, Receipt>;
  /** Requests that no receiver of this kind would take, and repetitions with another body. */
  readonly faults: { readonly invalid: number; readonly changed: number };
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
};

type Kind = 'webhook' | 'ntfy';
type Read = { readonly key: string; readonly steps: readonly ToldStep[] };

/** A real HTTP server that verifies each request and notes it under its key. */
export async function startReceiver(
  kind: Kind,
  name: string,
  answerOf: (key: string, isFirst: boolean) => Answer,
): Promise<ProofReceiver> {
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const read = kind === 'webhook' ? webhookReader(secret) : readNtfy;
  const receipts = new Map<string, Receipt>();
  const faults = { invalid: 0, changed: 0 };
  let places = 0;
  let server: Server | undefined;
  let port = 0;

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await bodyOf(request);
    const found = read(request, body);
    if (found === undefined) {
      faults.invalid += 1;
      response.writeHead(400).end();
      return;
    }
    const bodyHash = hash('sha256', body, 'base64');
    const known = receipts.get(found.key);
    const receipt = known ?? { ...found, bodyHash, requests: 0, accepted: 0, place: 0 };
    receipts.set(found.key, receipt);
    receipt.requests += 1;
    if (receipt.bodyHash !== bodyHash) faults.changed += 1;
    const answer = answerOf(found.key, known === undefined);
    if (answer === 'hang') return;
    if (answer.status < 300) {
      receipt.accepted += 1;
      if (receipt.place === 0) receipt.place = places += 1;
    }
    response.writeHead(answer.status, answer.headers).end(kind === 'ntfy' ? '{"event":"message"}' : '');
  }

  async function start(): Promise<void> {
    server = createServer((request, response) => {
      // A connection that breaks ends its request and nothing else.
      handle(request, response).catch(() => response.destroy());
    }).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }

  await start();
  const url = `http://127.0.0.1:${port}`;
  const settings =
    kind === 'webhook' ? { url: `${url}/${name}`, secrets: [secret] } : { url, topic: `proof-${name}` };
  return {
    channel: { kind, settings },
    receipts,
    faults,
    start,
    async stop() {
      if (server?.listening !== true) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

const payload = z.object({
  data: z.object({
    delivery_id: z.string(),
    alerts: z
      .array(
        z.object({
          alert_id: z.string(),
          step: z.int().min(1),
          status: z.enum(['firing', 'unconfirmed', 'resolved']),
        }),
      )
      .min(1),
  }),
});

/** Verifies as the package says that Standard Webhooks publishes for receivers. */
function webhookReader(secret: string): (request: IncomingMessage, body: string) => Read | undefined {
  const verifier = new Webhook(secret);
  return function read({ headers }, body) {
    try {
      const { data } = payload.parse(verifier.verify(body, headers as Record<string, string>));
      const key = headers['webhook-id'];
      if (typeof key !== 'string' || key !== data.delivery_id) return undefined;
      const steps = data.alerts.map(({ alert_id, step, status }) => ({ alertId: alert_id, step, status }));
      return { key, steps };
    } catch {
      return undefined;
    }
  };
}

const ntfyMessage = z.object({
  topic: z.string(),
  title: z.string().max(250),
  message: z.string().refine((text) => Buffer.byteLength(text) <= 4_096),
  priority: z.int().min(1).max(5),
  actions: z.array(z.object({ action: z.literal('view'), url: z.url() })).max(3),
  sequence_id: z.string().regex(/^[0-9a-f]{32}$/),
});

function readNtfy(_request: IncomingMessage, body: string): Read | undefined {
  try {
    return { key: ntfyMessage.parse(JSON.parse(body)).sequence_id, steps: [] };
  } catch {
    return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
  return body;
}
