import { sealWith, unsealWith, type LiveSubject } from '@bridge/vault';
import { z } from 'zod';
import type { TokenSet } from '../../vendor-client/token-set.ts';

const stored = z.object({
  access_token: z.string(),
  refresh_token: z.string().exactOptional(),
  scopes: z.string().exactOptional(),
});

/** What `ingest.connections.tokens` holds. The expiry has a column of its own. */
export function sealTokens(person: LiveSubject, connectionId: string, tokens: TokenSet): Buffer {
  const { accessToken, refreshToken, scope } = tokens;
  const plain = { access_token: accessToken, refresh_token: refreshToken, scopes: scope };
  return sealWith(person.key, JSON.stringify(plain), place(person, connectionId));
}

export function unsealTokens(
  person: LiveSubject,
  connectionId: string,
  { tokens, expiresAt }: { readonly tokens: Buffer; readonly expiresAt: Date | null },
): TokenSet {
  const plain = unsealWith(person.key, tokens, place(person, connectionId)).toString();
  const { access_token, refresh_token, scopes } = stored.parse(JSON.parse(plain));
  return {
    accessToken: access_token,
    ...(refresh_token === undefined ? {} : { refreshToken: refresh_token }),
    ...(scopes === undefined ? {} : { scope: scopes }),
    ...(expiresAt === null ? {} : { expiresAt: expiresAt.getTime() }),
  };
}

function place({ subjectId }: LiveSubject, connectionId: string) {
  return { table: 'ingest.connections', column: 'tokens', row: connectionId, subject: subjectId };
}
