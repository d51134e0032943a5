import { CodedError, type Log } from '@bridge/core';
import type { Postgres, Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import { endsAt, isFresh, type TokenSet } from '../../vendor-client/token-set.ts';
import type { AccessToken, ConnectionState } from '../domain/connection.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';
import type { Grant, OAuthClient } from '../../vendor-client/oauth-client.ts';
import type { IngestMetrics } from '../../metrics.ts';
import { unsealTokens, sealTokens } from './sealed-tokens.ts';
import { createTokenCache } from './token-cache.ts';

export type AccessTokens = {
  /** Throws a transient error when the token has to be renewed and the vendor gives no clear answer. */
  tokenOf(connectionId: string): Promise<AccessToken>;
  /** The vendor said 401 to this token: gives another one, renewed unless somebody else has done so meanwhile. */
  refused(connectionId: string, token: string): Promise<AccessToken>;
  /**
   * For the revocation of what a disconnected connection still has. @param refused What the vendor said 401 to.
   */
  lastTokenOf(connectionId: string, refused?: string): Promise<AccessToken>;
};

type Deps = Pick<Postgres, 'query' | 'transaction'> & {
  readonly vault: Pick<Vault, 'byId'>;
  readonly oauthOf: (vendor: Vendor) => OAuthClient | undefined;
  readonly count: IngestMetrics['countRefresh'];
  readonly log: Log;
  readonly now: () => number;
};

type TokenRequest = { readonly refused?: string; readonly evenDisconnected?: boolean };

/**
 * Access tokens of connections. Refresh tokens work once, so a refresh holds the connection's row lock during its one request,
 * reads the row again under the lock, and commits the new pair before it is used.
 */
export function createAccessTokens({
  query,
  transaction,
  vault,
  oauthOf,
  count,
  log,
  now,
}: Deps): AccessTokens {
  const cache = createTokenCache(now);
  const refreshes = createRefreshes({ oauthOf, count });

  async function tokenFor(connectionId: string, wish: TokenRequest): Promise<AccessToken> {
    const read = await loadRow(query, vault, connectionId, '');
    if (read.kind === 'none') return read;
    const usable = usableToken(read, wish);
    if (usable !== undefined) return usable;
    return renew(connectionId, wish);
  }

  async function renew(connectionId: string, wish: TokenRequest): Promise<AccessToken> {
    let renewed: TokenRow | undefined;
    const answer = await transaction(async (tx): Promise<AccessToken> => {
      const read = await loadRow(tx.query, vault, connectionId, ' for update');
      if (read.kind === 'none') return read;
      const usable = usableToken(read, wish);
      if (usable !== undefined) return usable;

      const granted = await refreshes.refresh(read);
      if (granted.kind === 'refused') {
        await tx.query(endConsent, [connectionId]);
        log.warn('consent required again', { source: read.vendor, subject_id: read.person.subjectId });
        return { kind: 'none', state: read.state === 'disconnected' ? read.state : 'needs_consent' };
      }
      const { tokens } = granted;
      refreshes.noteUnsaved(read.tokens, tokens);
      await tx.query(saveTokens, [
        connectionId,
        sealTokens(read.person, connectionId, tokens),
        tokens.expiresAt === undefined ? null : new Date(tokens.expiresAt),
        endsAt(tokens),
      ]);
      renewed = { ...read, tokens };
      return { kind: 'token', token: tokens.accessToken };
    });
    if (renewed !== undefined) keep(renewed);
    return answer;
  }

  /** After the commit. */
  function keep({ connectionId, state, tokens }: TokenRow): void {
    refreshes.noteSaved(tokens);
    if (state !== 'disconnected') cache.put(connectionId, tokens);
  }

  function usableToken(
    { connectionId, state, tokens }: TokenRow,
    { refused, evenDisconnected = false }: TokenRequest,
  ): AccessToken | undefined {
    const isEnded = state === 'needs_consent' || (state === 'disconnected' && !evenDisconnected);
    if (isEnded) return { kind: 'none', state };
    if (tokens.accessToken === refused || !isFresh(tokens, now())) return undefined;
    if (state !== 'disconnected') cache.put(connectionId, tokens);
    return { kind: 'token', token: tokens.accessToken };
  }

  return {
    async tokenOf(connectionId) {
      const cached = cache.get(connectionId);
      return cached === undefined ? tokenFor(connectionId, {}) : { kind: 'token', token: cached };
    },
    refused(connectionId, token) {
      cache.forget(connectionId);
      return tokenFor(connectionId, { refused: token });
    },
    lastTokenOf: (connectionId, refused) =>
      tokenFor(connectionId, { evenDisconnected: true, ...(refused === undefined ? {} : { refused }) }),
  };
}

/** Refreshes at the vendor. A pair whose COMMIT failed is kept: the vendor gives no second pair for a spent token. */
function createRefreshes({ oauthOf, count }: Pick<Deps, 'oauthOf' | 'count'>) {
  /** By the spent refresh token. */
  const unsaved = new Map<string, TokenSet>();
  return {
    async refresh({ vendor, tokens }: TokenRow): Promise<Grant> {
      const spent = tokens.refreshToken;
      if (spent === undefined) return { kind: 'refused', status: 401, error: 'no_refresh_token' };
      const kept = unsaved.get(spent);
      if (kept !== undefined) return { kind: 'granted', tokens: kept };
      const oauth = oauthOf(vendor);
      if (oauth === undefined) throw notConfigured(vendor);
      try {
        const grant = await oauth.refresh(spent);
        count(vendor, grant.kind === 'granted' ? 'renewed' : 'refused');
        if (grant.kind === 'refused') return grant;
        // If the vendor sends no new refresh token, the old one stays valid.
        return { kind: 'granted', tokens: { refreshToken: spent, ...grant.tokens } };
      } catch (error) {
        // Unclear whether the token is spent: the next attempt finds out, and a refusal then is final.
        count(vendor, 'unclear');
        throw error;
      }
    },
    noteUnsaved({ refreshToken }: TokenSet, pair: TokenSet): void {
      if (refreshToken !== undefined) unsaved.set(refreshToken, pair);
    },
    noteSaved(saved: TokenSet): void {
      for (const [spent, pair] of unsaved) if (pair === saved) unsaved.delete(spent);
    },
  };
}

type TokenRow = {
  readonly kind: 'held';
  readonly connectionId: string;
  readonly vendor: Vendor;
  readonly state: ConnectionState;
  readonly person: LiveSubject;
  readonly tokens: TokenSet;
};

type Row = {
  vendor: Vendor;
  state: ConnectionState;
  subject_id: string;
  tokens: Buffer | null;
  tokens_expire_at: Date | null;
};

async function loadRow(
  query: Query,
  vault: Pick<Vault, 'byId'>,
  connectionId: string,
  lock: '' | ' for update',
): Promise<TokenRow | Extract<AccessToken, { kind: 'none' }>> {
  const [row] = await query<Row>(
    `select vendor, state, subject_id, tokens, tokens_expire_at
       from ingest.connections where connection_id = $1${lock}`,
    [connectionId],
  );
  if (row === undefined) return { kind: 'none', state: 'disconnected' };
  const { vendor, state, tokens, tokens_expire_at: expiresAt } = row;
  const person = (await vault.byId([row.subject_id])).get(row.subject_id);
  if (person === undefined || person.erased) return { kind: 'none', state: 'disconnected' };
  if (tokens === null) return { kind: 'none', state: state === 'disconnected' ? state : 'needs_consent' };
  return {
    kind: 'held',
    connectionId,
    vendor,
    state,
    person,
    tokens: unsealTokens(person, connectionId, { tokens, expiresAt }),
  };
}

const saveTokens = `
  update ingest.connections set tokens = $2, tokens_expire_at = $3, ends_at = $4 where connection_id = $1`;

const endConsent = `
  update ingest.connections
     set state_since = case when state in ('needs_consent', 'disconnected') then state_since else now() end,
         state = case when state = 'disconnected' then state else 'needs_consent' end,
         tokens = null, tokens_expire_at = null, ends_at = null
   where connection_id = $1`;

function notConfigured(vendor: Vendor): CodedError {
  return new CodedError('vendor_not_configured', 'transient', `${vendor} has no client id.`);
}
