import { type Principal } from './principal.ts';
import { type Query, type ServiceVault } from './ports.ts';
import { loadPrincipal, storePrincipal, type StoredPrincipal } from './stored-principal.ts';
import { hashToken, isToken, newToken } from './token.ts';

const minute = 60_000;

/** How long a one-time link can be used. */
export const linkMinutes = 10;

export type SignInOptions = {
  readonly query: Query;
  readonly vault: ServiceVault;
  readonly now?: () => number;
  /** How long a link can be used. Default: `linkMinutes`. */
  readonly linkMs?: number;
  /** How long a session lasts. Default 12 hours. */
  readonly sessionMs?: number;
};

export type Token = { readonly token: string; readonly expiresAt: Date };

export type Session = Token & { readonly principal: Principal };

export type SignIn = {
  /** A token for one sign-in as `principal`. */
  createSignInLink(principal: Principal): Promise<Token>;
  /** Uses up a link and opens a session; undefined if the link is unknown, used or expired. */
  exchangeSignInLink(token: string): Promise<Session | undefined>;
  /** For a caller who proved with a key, or at the OIDC provider, who it is. */
  openSession(principal: Principal): Promise<Session>;
  endSession(token: string): Promise<void>;
};

/** Sign-in of the dashboard: whatever it begins with, the browser keeps nothing but a session cookie. */
export function createSignIn({ query, vault, ...options }: SignInOptions): SignIn {
  const { now = Date.now, linkMs = linkMinutes * minute, sessionMs = 12 * 60 * minute } = options;

  async function readLink(hash: Buffer): Promise<Principal | undefined> {
    const [link] = await query<{ principal: StoredPrincipal }>(
      'select principal from auth.sign_in_links where hash = $1',
      [hash],
    );
    return link && loadPrincipal(vault, link.principal, placeOf('auth.sign_in_links', hash));
  }

  async function newSession(principal: Principal) {
    const token = newToken('bbs_');
    const hash = hashToken(token);
    const stored = await storePrincipal(vault, principal, placeOf('auth.sessions', hash));
    return { token, hash, stored: JSON.stringify(stored), expiresAt: new Date(now() + sessionMs) };
  }

  return {
    async createSignInLink(principal) {
      const token = newToken('bbl_');
      const hash = hashToken(token);
      const expiresAt = new Date(now() + linkMs);
      const stored = await storePrincipal(vault, principal, placeOf('auth.sign_in_links', hash));
      await query('insert into auth.sign_in_links (hash, principal, expires_at) values ($1, $2, $3)', [
        hash,
        JSON.stringify(stored),
        expiresAt,
      ]);
      return { token, expiresAt };
    },

    async exchangeSignInLink(link) {
      if (!isToken('bbl_', link)) return undefined;
      const linkHash = hashToken(link);
      const principal = await readLink(linkHash);
      if (principal === undefined) return undefined;
      const { token, hash, stored, expiresAt } = await newSession(principal);
      // One statement: two browsers with the same link cannot both get a session.
      const opened = await query(
        `with used as (
           update auth.sign_in_links set used_at = now()
           where hash = $1 and used_at is null and expires_at > $5
           returning 1
         )
         insert into auth.sessions (hash, principal, expires_at) select $2, $3::jsonb, $4 from used returning 1`,
        [linkHash, hash, stored, expiresAt, new Date(now())],
      );
      return opened.length === 1 ? { token, expiresAt, principal } : undefined;
    },

    async openSession(principal) {
      const { token, hash, stored, expiresAt } = await newSession(principal);
      await query('insert into auth.sessions (hash, principal, expires_at) values ($1, $2, $3)', [
        hash,
        stored,
        expiresAt,
      ]);
      return { token, expiresAt, principal };
    },

    async endSession(token) {
      await query('delete from auth.sessions where hash = $1', [hashToken(token)]);
    },
  };
}

function placeOf(table: 'auth.sign_in_links' | 'auth.sessions', hash: Buffer) {
  return { table, row: hash.toString('hex') };
}
