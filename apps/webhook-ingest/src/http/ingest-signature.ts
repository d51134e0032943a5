import { principalOf, type Principal } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import type { RequestHandler } from 'express';
import type { Headers } from '../domain/signatures/read-claim.ts';
import { signatureFamilies } from '../domain/signatures/signature-families.ts';
import type { RateLimits } from './rate-limit.ts';
import { bodyOf, readRaw } from './read-body.ts';

type Options = {
  /** 401 or 403 unless the key has the scope `ingest`. */
  readonly requireIngest: RequestHandler;
  /** Checks a Standard Webhooks signature; undefined where no secret is configured. */
  readonly verify:
    | ((delivery: { readonly headers: Headers; readonly raw: Buffer }) => { readonly kind: string })
    | undefined;
};

/** May send for everyone, and nothing else. */
const signer: Principal = { keyId: 'webhook-signature', scopes: new Set(['ingest']), users: undefined };

const { signature } = signatureFamilies.standard_webhooks;

/**
 * Lets a delivery pass under an API key of scope `ingest`, or under a Standard Webhooks signature (`webhook-id`,
 * `webhook-timestamp`, `webhook-signature`) and no key. Behind it `principalOf(res)` is set. The signature is over the whole
 * body, so a signed body is read here, 1 MiB at most, and `req.body` holds it.
 */
function requireIngestOrSignature({ requireIngest, verify }: Options): RequestHandler {
  if (verify === undefined) return requireIngest;
  return (req, res, next) => {
    if (req.headers.authorization !== undefined || !(signature in req.headers)) {
      void requireIngest(req, res, next);
      return;
    }
    void readRaw(req, res, (error?: unknown) => {
      if (error !== undefined) {
        next(error);
        return;
      }
      if (verify({ headers: req.headers, raw: bodyOf(req.body) }).kind !== 'valid') {
        problem(res, { status: 401, detail: 'The webhook signature is not valid now.' });
        return;
      }
      res.locals['principal'] = signer;
      next();
    });
  };
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
