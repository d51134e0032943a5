import { CodedError } from '@bridge/core';
import type { Call } from '@bridge/resilience';
import { z } from 'zod';
import type { VendorApp } from '../vendors/vendor-app.ts';
import type { Vendor } from '../vendors/vendors.ts';

export type VendorAccount = {
  /** The vendor's own id of the person; undefined when the vendor does not take the token or names nobody. */
  whoIs(accessToken: string): Promise<string | undefined>;
  /** Ends our access at the vendor. `refused`: the token no longer counts there. */
  revoke(accessToken: string): Promise<'revoked' | 'refused'>;
};

type Options = {
  readonly vendor: Vendor;
  readonly app: VendorApp;
  /** Asks who somebody is, with patience: behind it stands a consent, which would have to be given again. */
  readonly asking: Call;
  readonly revoking: Call;
};

const profiles = {
  oura: { path: '/v2/usercollection/personal_info', id: z.object({ id: z.string().min(1).max(256) }) },
  whoop: { path: '/v2/user/profile/basic', id: z.object({ user_id: z.int().transform(String) }) },
} as const;

/** The account behind an access token. Throws a transient `CodedError('vendor_unavailable')` without a clear answer. */
export function createVendorAccount({ vendor, app, asking, revoking }: Options): VendorAccount {
  function request(call: Call, url: URL, method: string, accessToken: string): Promise<Answer> {
    return call(async (signal) => {
      const headers = { authorization: `Bearer ${accessToken}`, accept: 'application/json' };
      // A failed fetch says no more than that; its cause may quote the URL, and Oura's holds the token.
      const answer = await fetch(url, { method, headers, redirect: 'error', signal }).catch(() => undefined);
      if (answer === undefined || answer.status === 429 || answer.status >= 500) throw unavailable(vendor);
      return { ok: answer.ok, body: await answer.json().catch(() => undefined) };
    });
  }

  return {
    async whoIs(accessToken) {
      const { path, id } = profiles[vendor];
      const { ok, body } = await request(asking, new URL(app.apiUrl + path), 'GET', accessToken);
      const document = id.safeParse(body);
      if (!ok || !document.success) return undefined;
      return 'id' in document.data ? document.data.id : document.data.user_id;
    },
    async revoke(accessToken) {
      const { ok } = await request(revoking, ...revocation(vendor, app, accessToken), accessToken);
      return ok ? 'revoked' : 'refused';
    },
  };
}

type Answer = { readonly ok: boolean; readonly body: unknown };

function revocation(vendor: Vendor, { apiUrl }: VendorApp, accessToken: string): [URL, string] {
  if (vendor === 'whoop') return [new URL(`${apiUrl}/v2/user/access`), 'DELETE'];
  const url = new URL(`${apiUrl}/oauth/revoke`);
  url.searchParams.set('access_token', accessToken);
  return [url, 'POST'];
}

function unavailable(vendor: Vendor): CodedError {
  return new CodedError('vendor_unavailable', 'transient', `${vendor} gave no clear answer.`);
}
