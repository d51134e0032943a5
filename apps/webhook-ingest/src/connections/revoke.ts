import type { Log } from '@bridge/core';
import type { AccessTokens } from './rows/access-tokens.ts';
import type { ConnectionWrites } from './rows/connection-writes.ts';
import type { ConnectionQueries } from './rows/connection-queries.ts';
import type { VendorAccount } from '../vendor-client/vendor-account.ts';
import type { Vendor } from '../vendors/vendor-definition.ts';

type Deps = {
  readonly queries: Pick<ConnectionQueries, 'byId'>;
  readonly writes: Pick<ConnectionWrites, 'disconnect' | 'forgetTokens'>;
  readonly tokens: Pick<AccessTokens, 'lastTokenOf'>;
  readonly accountOf: (vendor: Vendor) => VendorAccount | undefined;
  readonly log: Log;
  readonly now: () => number;
};

export type Revoke = {
  /** `ended`: the vendor has revoked our access. `ending`: a job keeps trying. */
  readonly disconnect: (connectionId: string) => Promise<'ended' | 'ending'>;
  /** The job `revoke_access`. Tokens that could not be revoked for two days are deleted. */
  readonly retry: (connectionId: string) => Promise<void>;
};

const longestMs = 2 * 86_400_000;

/** Ends a connection: in the database at once, at the vendor as soon as it answers. */
export function createRevoke({ queries, writes, tokens, accountOf, log, now }: Deps): Revoke {
  /** Throws a transient error while the vendor gives no clear answer. */
  async function revokeAccess(connectionId: string): Promise<void> {
    const connection = await queries.byId(connectionId);
    if (connection?.state !== 'disconnected') return;
    const account = accountOf(connection.vendor);
    if (account !== undefined) await revokeAt(account, connectionId);
    await writes.forgetTokens(connectionId);
  }

  async function revokeAt(account: VendorAccount, connectionId: string): Promise<void> {
    const first = await tokens.lastTokenOf(connectionId);
    if (first.kind === 'none') return;
    if ((await account.revoke(first.token)) === 'revoked') return;
    // The access token had expired early; with a new one the consent itself can still be revoked.
    const second = await tokens.lastTokenOf(connectionId, first.token);
    if (second.kind === 'token') await account.revoke(second.token);
  }

  return {
    async disconnect(connectionId) {
      await writes.disconnect(connectionId);
      try {
        await revokeAccess(connectionId);
        return 'ended';
      } catch (error) {
        log.warn('token revocation postponed', { error });
        return 'ending';
      }
    },
    async retry(connectionId) {
      try {
        await revokeAccess(connectionId);
      } catch (error) {
        const since = (await queries.byId(connectionId))?.since;
        if (since === undefined || now() - since.getTime() < longestMs) throw error;
        await writes.forgetTokens(connectionId);
        log.warn('token revocation abandoned', { error });
      }
    },
  };
}
