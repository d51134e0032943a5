import { createHash, timingSafeEqual } from 'node:crypto';
import type { Log } from '@bridge/core';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, RequestHandler, Response } from 'express';
import type { SubscriptionDefinition } from '../../vendors/subscriptions.ts';
import type { Vendor, VendorDefinition } from '../../vendors/vendor-definition.ts';
import type { VendorApps } from '../../vendors/vendor-app.ts';
import type { NoticeReceipt, ReceiveNotice } from '../receive-notice.ts';
import type { RateLimits } from '../../http/rate-limit.ts';
import { bodyOf, readRaw } from '../../http/read-body.ts';

type Deps = {
  readonly receiveNotice: ReceiveNotice;
  readonly vendors: readonly VendorDefinition[];
  /** Those that are configured. */
  readonly apps: VendorApps;
  readonly limits: RateLimits;
  /** Counts the outcome of every request. */
  readonly countOutcome: (source: Vendor) => RequestHandler;
  /** `vendor_signatures_refused_total`, by what was wrong. */
  readonly countRefused: (vendor: Vendor, reason: string) => void;
  readonly log: Log;
};

/**
 * `POST /webhooks/<vendor>` with the vendor's signature, and the handshake of vendors with subscriptions. Who authenticates in another way sends
 * another format: the request goes on to the next route of that path.
 */
export function mountNoticeRoutes(app: Express, deps: Deps): void {
  const { receiveNotice, limits, countOutcome, countRefused, log } = deps;
  for (const definition of deps.vendors) {
    const { name: vendor, subscriptions } = definition;
    const { signature } = definition.notices.signature;
    const signedOnly: RequestHandler = (req, _res, next) =>
      next(signature in req.headers ? undefined : 'route');
    const route = [signedOnly, countOutcome(vendor), limits.byAddress, readRaw];
    app.post(`/webhooks/${vendor}`, route, async (req: Request, res: Response) => {
      const receipt = await receiveNotice({
        vendor: definition,
        headers: req.headers,
        raw: bodyOf(req.body),
      });
      if (receipt.kind === 'unverified') countRefused(vendor, receipt.reason);
      if (receipt.kind !== 'stored') {
        const reason = receipt.kind === 'unverified' ? receipt.reason : receipt.kind;
        log.info('notice refused', { source: vendor, reason });
      }
      answer(res, receipt);
    });
    if (subscriptions === 'none') continue;
    const token = deps.apps[vendor]?.verificationToken;
    app.get(`/webhooks/${vendor}`, limits.byAddress, answerChallenge(subscriptions.handshake, token));
  }
}

function answer(res: Response, receipt: NoticeReceipt): void {
  switch (receipt.kind) {
    case 'stored':
      res.status(200).json({ status: 'stored' });
      return;
    case 'not_configured':
      problem(res, { status: 404, detail: notConfigured });
      return;
    case 'unverified':
      problem(res, {
        status: 401,
        detail:
          receipt.reason === 'clock'
            ? "The signature's time lies too far from now."
            : 'The signature is missing, not readable or not of these bytes.',
      });
      return;
    case 'malformed':
      problem(res, { status: 400, title: 'Malformed JSON', detail: 'Send one JSON object in UTF-8.' });
      return;
    case 'invalid':
      problem(res, { status: 422, detail: 'Fields do not validate.', errors: receipt.problems });
  }
}

const longestChallenge = 1_024;
const notConfigured = 'This vendor is not configured here: its client id is not set.';

/**
 * The vendor asks, when a subscription is made or renewed, whether this address is ours.
 * @param token Undefined: the vendor is not configured.
 */
function answerChallenge(
  names: SubscriptionDefinition['handshake'],
  token: string | undefined,
): RequestHandler {
  return (req, res) => {
    const { [names.token]: given, [names.challenge]: challenge } = req.query;
    if (token === undefined) {
      problem(res, { status: 404, detail: notConfigured });
    } else if (typeof given !== 'string' || !isSame(given, token)) {
      problem(res, { status: 401, detail: 'The verification token is not ours.' });
    } else if (typeof challenge !== 'string' || challenge === '' || challenge.length > longestChallenge) {
      problem(res, { status: 422, errors: [{ path: names.challenge, message: 'must be a text' }] });
    } else {
      res.status(200).json({ [names.challenge]: challenge });
    }
  };
}

/** In constant time whatever the lengths. */
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
