import { createHmac } from 'node:crypto';
import type { Vendor } from '../vendor.ts';

type Signing = { readonly secret: string; readonly at: number; readonly body: string };

/** The headers with which a vendor proves that a notice is its own. */
export function signatureHeaders(vendor: Vendor, signing: Signing): Record<string, string> {
  return vendor === 'oura' ? signOura(signing) : signWhoop(signing);
}

/** Seconds; hex in capitals. */
function signOura({ secret, at, body }: Signing): Record<string, string> {
  const timestamp = String(Math.floor(at / 1000));
  const mac = createHmac('sha256', secret).update(timestamp + body);
  return { 'x-oura-signature': mac.digest('hex').toUpperCase(), 'x-oura-timestamp': timestamp };
}

/** Milliseconds; base64. */
function signWhoop({ secret, at, body }: Signing): Record<string, string> {
  const timestamp = String(at);
  const mac = createHmac('sha256', secret).update(timestamp + body);
  return { 'X-WHOOP-Signature': mac.digest('base64'), 'X-WHOOP-Signature-Timestamp': timestamp };
}
