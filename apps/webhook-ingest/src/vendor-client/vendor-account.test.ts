import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPolicies } from '@bridge/resilience';
import { silentLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { expect, it, onTestFinished } from 'vitest';
import type { VendorApp } from '../vendors/vendor-app.ts';
import { whoop } from '../vendors/whoop/vendor.ts';
import { createJsonRequest } from './json-request.ts';
import { createVendorAccount } from './vendor-account.ts';

/** A vendor that gives these answers, one after the other, and the last one from then on. */
async function openAccount(...answers: readonly (readonly [status: number, body: object])[]) {
  let asked = 0;
  const server = createServer((_req, res) => {
    const [status, body] = answers[Math.min(asked, answers.length - 1)] ?? [500, {}];
    asked += 1;
    res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const policies = createPolicies({ metrics: new Registry(), log: silentLog });
  const quick = { initialMs: 2, maxMs: 4 };
  const account = createVendorAccount({
    definition: whoop,
    app: {
      apiUrl: `http://127.0.0.1:${port}`,
      revokeUrl: `http://127.0.0.1:${port}/v2/user/access`,
    } as VendorApp,
    requestAccount: createJsonRequest('whoop', policies.call('asking', { attempts: 4, backoff: quick })),
    requestRevocation: createJsonRequest('whoop', policies.call('revoking', { attempts: 2, backoff: quick })),
  });
  return { account, asked: () => asked };
}

const limited = [429, {}] as const;

it('is asked again while the vendor allows no request, since a consent stands behind it', async () => {
  const { account, asked } = await openAccount(limited, limited, [200, { user_id: 7 }]);
  expect(await account.whoIs('token')).toBe('7');
  expect(asked()).toBe(3);
});

it('is unknown to a vendor that does not take the token, at once', async () => {
  const { account, asked } = await openAccount([401, {}]);
  expect(await account.whoIs('token')).toBeUndefined();
  expect(asked()).toBe(1);
});

it('that gives no clear answer throws something transient, and a revocation does so sooner', async () => {
  const { account, asked } = await openAccount(limited);
  await expect(account.whoIs('token')).rejects.toMatchObject({
    code: 'vendor_unavailable',
    retry: 'transient',
  });
  expect(asked()).toBe(4);
  await expect(account.revoke('token')).rejects.toMatchObject({ retry: 'transient' });
  expect(asked()).toBe(6);
});
