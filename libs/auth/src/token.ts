import { hash, randomBytes } from 'node:crypto';

/** 32 random bytes in base64url after a prefix that secret scanners can look for. */
export type TokenPrefix = 'bb_' | 'bbl_' | 'bbs_';

export function newToken(prefix: TokenPrefix): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** Whether `text` can be such a token at all; other texts are refused without asking the database. */
export function isToken(prefix: TokenPrefix, text: string): boolean {
  return text.startsWith(prefix) && /^[A-Za-z0-9_-]{43}$/.test(text.slice(prefix.length));
}

/** Tokens are random, so a plain SHA-256 is enough: there is nothing to guess from. */
export function hashToken(token: string): Buffer {
  return hash('sha256', token, 'buffer');
}
