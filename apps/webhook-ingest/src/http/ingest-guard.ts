import { credentialsOf, principalOf, type Principal } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import type { RequestHandler, Response } from 'express';
import type { Headers } from '../signatures/read-claim.ts';
import { standardWebhooks } from '../signatures/signature-families.ts';
import type { RateLimits } from './rate-limit.ts';
import { bodyOf, readRaw } from './read-body.ts';

type Options = {
  /** 401 or 403 unless the key has the scope `ingest`. */
  readonly requireIngest: RequestHandler;
  /** Checks a Standard Webhooks signature; undefined where no secret is configured. */
  readonly verify: ((delivery: { readonly headers: Headers; readonly raw: Buffer }) => Verdict) | undefined;
};

type Verdict =
  | { readonly kind: 'valid' }
  | { readonly kind: 'refused'; readonly reason: 'unreadable' | 'clock' | 'mismatch' };

/** May send readings of everyone whom the signed body itself names: no profile, no answer, and nothing else. */
const signer: Principal = {
  keyId: 'webhook-signature',
  accessor: 'webhook-signature',
  scopes: new Set(['ingest']),
  users: undefined,
};

/** Whether a signature let this request pass: it covers the body alone, neither path nor query. */
export function isSigned(res: Response): boolean {
  return principalOf(res) === signer;
}

const { signature } = standardWebhooks;

const refusals = {
  unreadable:
    'webhook-id, webhook-timestamp and webhook-signature are not all there, or not written as they must be.',
  clock: "The signature's time lies too far from now.",
  mismatch: 'The signature is not of these bytes under any secret that is known here.',
} as const;

/**
 * Lets a delivery pass under an API key of scope `ingest`, or under a Standard Webhooks signature (`webhook-id`,
 * `webhook-timestamp`, `webhook-signature`) and no key. Behind it `principalOf(res)` is set. The signature is over the whole
 * body, so a signed body is read here, 1 MiB at most, and `req.body` holds it.
 */
function requireIngestOrSignature({ requireIngest, verify }: Options): RequestHandler {
  if (verify === undefined) return requireIngest;
  return (req, res, next) => {
    if (credentialsOf(req).authorization !== undefined || !(signature in req.headers)) {
      void requireIngest(req, res, next);
      return;
    }
    void readRaw(req, res, (error?: unknown) => {
      if (error !== undefined) {
        next(error);
        return;
      }
      const verdict = verify({ headers: req.headers, raw: bodyOf(req.body) });
      if (verdict.kind === 'refused') {
        problem(res, { status: 401, detail: refusals[verdict.reason] });
        return;
      }
      res.locals['principal'] = signer;
      next();
    });
  };
}

/** As `ingestGuard`, but under a key alone: for routes whose path says whom a body is about: a signature covers the body alone. */
export function keyGuard(requireKey: RequestHandler, limits: RateLimits): RequestHandler[] {
  return [limits.byAddress, requireKey, limits.byCaller((_req, res) => principalOf(res).keyId)];
}

/** What lets a delivery pass on every route that takes readings: address, key or signature, caller's limit, in this order. */
export function ingestGuard({
  limits,
  ...options
}: Options & { readonly limits: RateLimits }): RequestHandler[] {
  return [
    limits.byAddress,
    requireIngestOrSignature(options),
    limits.byCaller((_req, res) => principalOf(res).keyId),
  ];
}
