import type { Log } from '@bridge/core';
import type { AccessTokens } from './rows/access-tokens.ts';
import type { ConnectionWrites } from './rows/connection-writes.ts';
import type { ConnectionQueries } from './rows/connection-queries.ts';
import type { VendorAccount } from '../vendor-client/vendor-account.ts';
import type { Vendor } from '../vendors/vendor-definition.ts';

type Deps = {
  readonly rows: Pick<ConnectionQueries, 'byId'>;
  readonly connections: Pick<ConnectionWrites, 'disconnect' | 'forgetTokens'>;
  readonly tokens: Pick<AccessTokens, 'lastTokenOf'>;
  readonly accountOf: (vendor: Vendor) => VendorAccount | undefined;
  readonly log: Log;
  readonly now: () => number;
};

const longestMs = 2 * 86_400_000;

/** Ends a connection: at once with us, and at the vendor as soon as it answers. */
export function createRevoke({ rows, connections, tokens, accountOf, log, now }: Deps) {
  /** Throws a transient error while the vendor gives no clear answer. */
  async function revokeAccess(connectionId: string): Promise<void> {
    const connection = await rows.byId(connectionId);
    if (connection?.state !== 'disconnected') return;
    const account = accountOf(connection.vendor);
    if (account !== undefined) await revokeAt(account, connectionId);
    await connections.forgetTokens(connectionId);
  }

  async function revokeAt(account: VendorAccount, connectionId: string): Promise<void> {
    const first = await tokens.lastTokenOf(connectionId);
    if (first.kind === 'none') return;
    if ((await account.revoke(first.token)) === 'revoked') return;
    // The access token had ended before its time; with a new one the consent itself can still be ended.
    const second = await tokens.lastTokenOf(connectionId, first.token);
    if (second.kind === 'token') await account.revoke(second.token);
  }

  return {
    /** `ended`: the vendor knows. `ending`: a job goes on telling it. */
    disconnect: async (connectionId: string): Promise<'ended' | 'ending'> => {
      await connections.disconnect(connectionId);
      try {
        await revokeAccess(connectionId);
        return 'ended';
      } catch (error) {
        log.warn('access is not revoked yet', { error });
        return 'ending';
      }
    },
    /** The job `revoke_access`. Tokens that nobody could revoke for two days are not kept any longer. */
    revoke: async (connectionId: string): Promise<void> => {
      try {
        await revokeAccess(connectionId);
      } catch (error) {
        const since = (await rows.byId(connectionId))?.since;
        if (since === undefined || now() - since.getTime() < longestMs) throw error;
        await connections.forgetTokens(connectionId);
        log.warn('access was never revoked at the vendor', { error });
      }
    },
  };
}

export type Revoke = ReturnType<typeof createRevoke>;
