import { isFresh, type TokenSet } from '../../vendor-client/token-set.ts';

/** Another process may refresh or revoke a token; the vendor's 401 is certain, this only keeps the delay short. */
const keptMs = 60_000;
const most = 10_000;

type Entry = { readonly tokens: TokenSet; readonly until: number };

/** Valid access tokens by connection, so that most requests ask no database. */
export function createTokenCache(now: () => number) {
  const entries = new Map<string, Entry>();
  return {
    get(connectionId: string): string | undefined {
      const entry = entries.get(connectionId);
      if (entry === undefined) return undefined;
      if (entry.until > now() && isFresh(entry.tokens, now())) return entry.tokens.accessToken;
      entries.delete(connectionId);
      return undefined;
    },
    put(connectionId: string, tokens: TokenSet): void {
      entries.delete(connectionId);
      entries.set(connectionId, { tokens, until: now() + keptMs });
      const [oldest] = entries.keys();
      if (entries.size > most && oldest !== undefined) entries.delete(oldest);
    },
    forget(connectionId: string): void {
      entries.delete(connectionId);
    },
  };
}
