import type { Vendor } from '../vendors/vendors.ts';
import { createVerifier, type Verify } from './verify-signature.ts';

type Config = {
  /** How far a signed time may lie from ours, to either side, in milliseconds. */
  readonly signatureWindowMs: number;
  /** Those that are configured. */
  readonly vendors: Partial<Readonly<Record<Vendor, { readonly clientSecrets: readonly string[] }>>>;
  /** Secrets of Standard Webhooks, `whsec_…`; none: only API keys count. */
  readonly webhookSecrets: readonly string[];
};

/** The checks of every sender that this service has a secret of. Throws `CodedError('bad_secret')`. */
export function createVerifiers({ signatureWindowMs, vendors, webhookSecrets }: Config, now: () => number) {
  const verifierOf = (family: Vendor | 'standard_webhooks', secrets: readonly string[] = []) =>
    secrets.length === 0 ? undefined : createVerifier({ family, secrets, windowMs: signatureWindowMs, now });
  const byVendor: Readonly<Record<Vendor, Verify | undefined>> = {
    oura: verifierOf('oura', vendors.oura?.clientSecrets),
    whoop: verifierOf('whoop', vendors.whoop?.clientSecrets),
  };
  return { byVendor, standardWebhooks: verifierOf('standard_webhooks', webhookSecrets) };
}
