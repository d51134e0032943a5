import type { JsonRequest } from '../vendors/subscriptions.ts';
import type { VendorDefinition } from '../vendors/vendor-definition.ts';
import type { VendorApp } from '../vendors/vendor-app.ts';

export type VendorAccount = {
  /** The vendor's own id of the person; undefined when the vendor does not take the token or names nobody. */
  whoIs(accessToken: string): Promise<string | undefined>;
  /** Ends our access at the vendor. `refused`: the token no longer counts there. */
  revoke(accessToken: string): Promise<'revoked' | 'refused'>;
};

type Options = {
  readonly definition: Pick<VendorDefinition, 'account' | 'revocation'>;
  readonly app: VendorApp;
  /** Reads an account, with patience: behind it stands a consent, which would have to be given again. */
  readonly requestAccount: JsonRequest;
  readonly requestRevocation: JsonRequest;
};

/** The account behind an access token. Throws a transient `CodedError('vendor_unavailable')` without a clear answer. */
export function createVendorAccount({
  definition: { account, revocation },
  app,
  requestAccount,
  requestRevocation,
}: Options): VendorAccount {
  const headersFor = (accessToken: string) => ({
    authorization: `Bearer ${accessToken}`,
    accept: 'application/json',
  });
  return {
    async whoIs(accessToken) {
      const url = new URL(app.apiUrl + account.path);
      const { status, body } = await requestAccount({ method: 'GET', url, headers: headersFor(accessToken) });
      return isOk(status) ? account.idOf(body) : undefined;
    },
    async revoke(accessToken) {
      const request = { ...revocation(app, accessToken), headers: headersFor(accessToken) };
      const { status } = await requestRevocation(request);
      return isOk(status) ? 'revoked' : 'refused';
    },
  };
}

function isOk(status: number): boolean {
  return status >= 200 && status < 300;
}
