import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export type DeliveryReceiver = {
  readonly url: string;
  /** By alert, when the first message about it came, on `performance.now`. */
  readonly firstTold: ReadonlyMap<string, number>;
  readonly deliveries: () => number;
  readonly close: () => Promise<void>;
};

type Body = { readonly data: { readonly alerts: readonly { readonly alert_id: string }[] } };

/** An HTTP server of this process. It notes what comes, and answers after `delayMs`. */
export async function startDeliveryReceiver(delayMs = 0): Promise<DeliveryReceiver> {
  const firstTold = new Map<string, number>();
  let deliveries = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const { data } = JSON.parse(await bodyOf(request)) as Body;
      const came = performance.now();
      deliveries += 1;
      for (const { alert_id } of data.alerts) if (!firstTold.has(alert_id)) firstTold.set(alert_id, came);
      if (delayMs > 0) await sleep(delayMs, undefined, { ref: false });
      response.writeHead(204).end();
    })().catch(() => response.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    firstTold,
    deliveries: () => deliveries,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) body += chunk as string;
  return body;
}
