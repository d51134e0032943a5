import { z } from 'zod';
import type { VendorApp, VendorApps } from './vendor-app.ts';
import type { Vendor } from './vendors.ts';

const names = { oura: 'OURA', whoop: 'WHOOP' } as const satisfies Record<Vendor, string>;

/** A vendor without a client id is not configured: its connections and notices are off, flat bodies work all the same. */
export const vendorSettings = {
  OURA_CLIENT_ID: z.string().optional(),
  /** Several separated by commas: the first is used, all verify signatures. */
  OURA_CLIENT_SECRET: z.string().optional(),
  /** What Oura shows in its handshake; any long random text. */
  OURA_VERIFICATION_TOKEN: z.string().min(16, 'must have at least 16 characters').optional(),
  OURA_API_URL: z.url().default('https://api.ouraring.com'),
  /** Where people consent. */
  OURA_OAUTH_URL: z.url().default('https://cloud.ouraring.com'),
  WHOOP_CLIENT_ID: z.string().optional(),
  /** As OURA_CLIENT_SECRET. */
  WHOOP_CLIENT_SECRET: z.string().optional(),
  WHOOP_API_URL: z.url().default('https://api.prod.whoop.com/developer'),
  WHOOP_OAUTH_URL: z.url().default('https://api.prod.whoop.com'),
  /** Origin of the edge as browsers and vendors see it: where consents and notices come back to. */
  PUBLIC_URL: z.url().default('http://localhost:8888'),
  /** Keys of senders that sign their flat bodies as Standard Webhooks, `whsec_…`, separated by commas. */
  WEBHOOK_SECRETS: z.string().optional(),
  /** How far a signature's time may be off. Oura retries for an hour and may not sign again. */
  SIGNATURE_WINDOW_SECONDS: z.coerce.number().int().min(30).max(7_200).default(300),
};

type Read = z.output<z.ZodObject<typeof vendorSettings>>;

/** Names what is missing beside a client id. */
export function refineVendors(read: Partial<Read>, context: z.RefinementCtx): void {
  const missing = (name: string) =>
    context.addIssue({ code: 'custom', path: [name], message: 'is missing', input: undefined });
  if (read.OURA_CLIENT_ID !== undefined && !read.OURA_CLIENT_SECRET) missing('OURA_CLIENT_SECRET');
  if (read.OURA_CLIENT_ID !== undefined && !read.OURA_VERIFICATION_TOKEN) missing('OURA_VERIFICATION_TOKEN');
  if (read.WHOOP_CLIENT_ID !== undefined && !read.WHOOP_CLIENT_SECRET) missing('WHOOP_CLIENT_SECRET');
}

/** The vendors that are configured. */
export function vendorApplications(read: Read): VendorApps {
  const one = (vendor: Vendor): VendorApp | undefined => {
    const name = names[vendor];
    const clientId = read[`${name}_CLIENT_ID`];
    if (clientId === undefined) return undefined;
    return {
      clientId,
      clientSecrets: listOf(read[`${name}_CLIENT_SECRET`]),
      apiUrl: withoutSlash(read[`${name}_API_URL`]),
      oauthUrl: withoutSlash(read[`${name}_OAUTH_URL`]),
      ...(vendor === 'oura' &&
        read.OURA_VERIFICATION_TOKEN !== undefined && { verificationToken: read.OURA_VERIFICATION_TOKEN }),
    };
  };
  const oura = one('oura');
  const whoop = one('whoop');
  return { ...(oura && { oura }), ...(whoop && { whoop }) };
}

export function listOf(text: string | undefined): string[] {
  return (text ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
