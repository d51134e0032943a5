const name = 'bridge_session';

export type CookieOptions = {
  readonly expiresAt: Date;
  /** True wherever the browser speaks TLS; a plain http://localhost needs false. */
  readonly secure: boolean;
};

/** Value of `Set-Cookie`. Scripts cannot read it, and no other site's page makes the browser send it. */
export function sessionCookie(token: string, { expiresAt, secure }: CookieOptions): string {
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Strict; Expires=${expiresAt.toUTCString()}${secure ? '; Secure' : ''}`;
}

/** Value of `Set-Cookie` that removes the session cookie. */
export function clearedSessionCookie(): string {
  return `${name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0`;
}

/** The session token of a `Cookie` header. */
export function readSessionCookie(header: string | undefined): string | undefined {
  return readCookie(header, name);
}

/** The first cookie of this name in a `Cookie` header. */
export function readCookie(header: string | undefined, wanted: string): string | undefined {
  for (const pair of header?.split(';') ?? []) {
    const [key, value] = pair.trim().split('=', 2);
    if (key === wanted && value) return value;
  }
  return undefined;
}
