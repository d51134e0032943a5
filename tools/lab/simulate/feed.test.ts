import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { startVendorSim } from '../vendor-sim/start-vendor-sim.ts';
import { demoAccounts } from './accounts.ts';
import { runFeed } from './feed.ts';

type ReceivedRequest = { readonly path: string; readonly key: string | undefined; readonly body: unknown };

const running: { readonly close: () => unknown }[] = [];
afterEach(async () => {
  for (const one of running.splice(0)) await one.close();
});

/** In place of the bridge: consents lead to the vendor, and webhooks take `accepted` bodies. */
async function startBridge(accepted: number, authorizeUrl = (vendor: string) => vendor) {
  const received: ReceivedRequest[] = [];
  const callbacks: string[] = [];
  const answer = async (request: IncomingMessage) => {
    const { url = '', headers } = request;
    const [, begun] = /^\/connect\/(\w+)\?user_id=\w+$/.exec(url) ?? [];
    if (begun !== undefined)
      return { status: 200, body: JSON.stringify({ authorize_url: authorizeUrl(begun) }) };
    if (url.startsWith('/connect/')) {
      callbacks.push(url);
      return { status: 200 };
    }
    received.push({ path: url, key: headers.authorization, body: JSON.parse(await text(request)) });
    return { status: received.length <= accepted ? 202 : 422 };
  };
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => response.writeHead(status).end(body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  running.push({
    close: () => {
      server.closeAllConnections();
      return server.close();
    },
  });
  return { received, callbacks, edgeUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Until something is refused. */
async function runUntilRefused(options: { edgeUrl: string; vendorSimUrl?: string }): Promise<string[]> {
  const stopping = new AbortController();
  const reports: string[] = [];
  const report = (line: string) => {
    reports.push(line);
    stopping.abort();
  };
  await runFeed({ ...options, apiKey: 'key-1', seed: 1, report, signal: stopping.signal });
  return reports;
}

it('posts to the webhook of each device, tells of a refusal without the body, and stops', async () => {
  const { received, edgeUrl } = await startBridge(4);
  expect(await runUntilRefused({ edgeUrl })).toEqual([
    expect.stringMatching(/^demo feed: \/webhooks\/\w+ answered 422$/),
  ]);
  expect(received).toHaveLength(5);
  for (const { path, key } of received) {
    expect(path).toMatch(/^\/webhooks\/(oura|whoop|manual|apple\?user_id=\w+)$/);
    expect(key).toBe('Bearer key-1');
  }
});

it('with a vendor simulator everybody agrees to a consent, and the past lies there without notices', async () => {
  const sim = await startVendorSim();
  running.push(sim);
  const { received, callbacks, edgeUrl } = await startBridge(3, (vendor) => {
    const page = new URL(`${sim.url}/${vendor}/oauth/${vendor === 'oura' ? 'authorize' : 'oauth2/auth'}`);
    page.search = new URLSearchParams({
      response_type: 'code',
      client_id: `${vendor}-client`,
      redirect_uri: `${edgeUrl}/connect/${vendor}/callback`,
      scope: 'daily',
    }).toString();
    return page.href;
  });
  await runUntilRefused({ edgeUrl, vendorSimUrl: sim.url });

  expect(callbacks).toHaveLength(demoAccounts.length);
  for (const url of callbacks) expect(url).toMatch(/^\/connect\/(oura|whoop)\/callback\?code=/);
  for (const { path } of received) expect(path).toMatch(/^\/webhooks\/(manual|apple)/);
  expect(sim.users('oura').length + sim.users('whoop').length).toBe(demoAccounts.length);
  expect(sim.stats('oura').notices.made).toBe(0);
});
