import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

const idBytes = 16;
const macBytes = 16;
const shape = /^[A-Za-z0-9_-]{43}$/;

/** The key of links. Another master key makes every link unknown that was sent before. */
export function linkKey(masterKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', masterKey, '', 'bridge.alert_links', 32));
}

/** The token of a link's address: its id and a proof that this service made it. @param linkId 32 hex digits. */
export function linkToken(key: Buffer, linkId: string): string {
  const id = Buffer.from(linkId, 'hex');
  return Buffer.concat([id, proofOf(key, id)]).toString('base64url');
}

/** The link's id, or undefined for a token that this service did not make. */
export function verifyLinkToken(key: Buffer, token: string): string | undefined {
  if (!shape.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  const id = bytes.subarray(0, idBytes);
  return timingSafeEqual(bytes.subarray(idBytes), proofOf(key, id)) ? id.toString('hex') : undefined;
}

function proofOf(key: Buffer, id: Buffer): Buffer {
  return createHmac('sha256', key).update(id).digest().subarray(0, macBytes);
}
