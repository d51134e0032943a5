import type { Vendor, VendorDefinition } from '../vendors/vendor-definition.ts';
import type { VendorApps } from '../vendors/vendor-app.ts';
import { standardWebhooks, type SignatureFamily } from './signature-families.ts';
import { createVerifier, type Verify } from './verify-signature.ts';

type Config = {
  /** How far a signed time may lie from ours, to either side, in milliseconds. */
  readonly signatureWindowMs: number;
  /** Those that are configured. */
  readonly vendors: VendorApps;
  /** Secrets of Standard Webhooks, `whsec_…`; none: only API keys count. */
  readonly webhookSecrets: readonly string[];
};

export type Verifiers = {
  readonly byVendor: ReadonlyMap<Vendor, Verify>;
  readonly standardWebhooks: Verify | undefined;
};

/** The checks of every sender that this service has a secret of. Throws `CodedError('bad_secret')`. */
export function createVerifiers(
  { signatureWindowMs, vendors: apps, webhookSecrets }: Config,
  definitions: readonly VendorDefinition[],
  now: () => number,
): Verifiers {
  const verifierOf = (family: SignatureFamily, secrets: readonly string[]) =>
    createVerifier({ family, secrets, windowMs: signatureWindowMs, now });
  return {
    byVendor: new Map(
      definitions.flatMap(({ name, notices }) => {
        const app = apps[name];
        return app === undefined ? [] : [[name, verifierOf(notices.signature, app.clientSecrets)]];
      }),
    ),
    standardWebhooks: webhookSecrets.length === 0 ? undefined : verifierOf(standardWebhooks, webhookSecrets),
  };
}
