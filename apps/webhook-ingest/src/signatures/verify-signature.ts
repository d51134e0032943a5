import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto';
import { readClaim, timestampMs, type Headers } from './read-claim.ts';
import type { SignatureFamily } from './signature-families.ts';
import { secretKey } from './secret-key.ts';

export type Verdict =
  | {
      readonly kind: 'valid';
      /** The signature's bytes: the same again is the same delivery again. */
      readonly signature: Buffer;
      readonly timestamp: string;
    }
  | {
      readonly kind: 'refused';
      /** `unreadable`: a header is missing or not written as the sender writes it. */
      readonly reason: 'unreadable' | 'clock' | 'mismatch';
    };

export type Verify = (delivery: { readonly headers: Headers; readonly raw: Buffer }) => Verdict;

export type VerifierOptions = {
  readonly family: SignatureFamily;
  /** As the sender hands them out; any of them may have signed. */
  readonly secrets: readonly string[];
  /** How far the signed time may lie from ours, to either side, in milliseconds. */
  readonly windowMs: number;
  readonly now: () => number;
};

/** Checks a delivery's signature over its bytes as they came. Never throws, whatever the headers hold. */
export function createVerifier({ family, secrets, windowMs, now }: VerifierOptions): Verify {
  const keys = secrets.map((secret) => createSecretKey(secretKey(family.key, secret)));

  return function verifySignature({ headers, raw }) {
    const claim = readClaim(family, headers);
    if (claim === undefined) return { kind: 'refused', reason: 'unreadable' };
    const { prefix, signatures, timestamp } = claim;
    const signedMs = timestampMs(timestamp);
    if (signedMs === undefined) return { kind: 'refused', reason: 'unreadable' };
    if (Math.abs(now() - signedMs) > windowMs) return { kind: 'refused', reason: 'clock' };
    let match: Buffer | undefined;
    // No early end: how long it takes says nothing about which key or signature came close.
    for (const key of keys) {
      const expected = createHmac('sha256', key).update(prefix, 'utf8').update(raw).digest();
      for (const signature of signatures) if (timingSafeEqual(expected, signature)) match = signature;
    }
    if (match === undefined) return { kind: 'refused', reason: 'mismatch' };
    return { kind: 'valid', signature: match, timestamp };
  };
}
