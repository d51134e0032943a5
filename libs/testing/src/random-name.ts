import { randomBytes } from 'node:crypto';

/** A name that no other test or run has: `<prefix>-<12 hex digits>`. For groups, Redis prefixes, users and the like. */
export function randomName(prefix: string): string {
  return `${prefix}-${randomBytes(6).toString('hex')}`;
}
