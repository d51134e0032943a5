import { credentialsOf, mayAccess, principalOf, type Principal, type Scope } from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import type { Express, Request, RequestHandler, Response } from 'express';
import { z } from 'zod';
import type { AuthorizationStart, Authorize, AuthorizationResult } from '../authorize.ts';
import type { Vendors } from '../../vendors/check-definitions.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';

type Deps = {
  readonly vendors: Vendors;
  readonly authorize: Authorize;
  readonly requireScope: (scope: Scope) => RequestHandler;
  /** Origin of the edge: what the vendor was given as our address. */
  readonly publicUrl: string;
  /** As for `createAuthorize`. */
  readonly randomText: () => string;
};

const consentCookie = 'bridge_consent';

const beginQuery = z.strictObject({
  user_id: z.string().min(1).max(256).optional(),
  return_to: z.string().max(2_000).optional(),
});

/**
 * `GET /connect/<vendor>` leads a person to the vendor's consent, `…/callback` is where it comes back to.
 *
 * A browser that begins a consent has to end it. The address that an application gets as JSON is bound to no browser:
 * the application answers for it that nobody but the person of `user_id` opens it. Another person who did would have
 * their vendor's data stored as those of `user_id`.
 */
export function mountConnectRoutes(
  app: Express,
  { vendors, authorize, requireScope, publicUrl, randomText }: Deps,
): void {
  // The vendor leads back from its own site, so `Strict` would keep the cookie at home.
  const cookieOptions = {
    path: '/connect',
    httpOnly: true,
    sameSite: 'lax',
    secure: publicUrl.startsWith('https:'),
    maxAge: 600_000,
  } as const;

  app.get('/connect/:vendor', requireScope('connections'), async (req, res) => {
    const vendor = vendorOf(vendors, req, res);
    if (vendor === undefined) return;
    const query = beginQuery.safeParse(req.query);
    if (!query.success) {
      problem(res, { status: 400, detail: 'It takes user_id and return_to, each once.' });
      return;
    }
    const userId = query.data.user_id ?? onlyUser(principalOf(res));
    if (userId === undefined) {
      problem(res, { status: 422, detail: 'Say which user_id is to be connected.' });
      return;
    }
    if (!mayAccess(principalOf(res), userId)) {
      problem(res, { status: 403, detail: 'This key is not for this user.' });
      return;
    }
    const browser = isBrowser(req) ? randomText() : undefined;
    const start = await authorize.start(vendor, { userId, returnTo: query.data.return_to, browser });
    if (browser !== undefined && start.kind === 'started') res.cookie(consentCookie, browser, cookieOptions);
    answerStart(req, res, start);
  });

  // No key: the vendor sends the person's browser here. The state says whose consent it is.
  app.get('/connect/:vendor/callback', async (req, res) => {
    const vendor = vendorOf(vendors, req, res);
    if (vendor === undefined) return;
    const browser = cookieOf(req);
    res.clearCookie(consentCookie, cookieOptions);
    answerResult(req, res, await authorize.finish(vendor, new URL(req.originalUrl, publicUrl), browser));
  });
}

function vendorOf(vendors: Vendors, req: Request, res: Response): Vendor | undefined {
  const vendor = vendors.find(String(req.params['vendor']));
  if (vendor !== undefined) return vendor.name;
  problem(res, { status: 404 });
  return undefined;
}

/**
 * A person, and no application that asks on somebody's behalf: who has a session and no key, however he asks, and who
 * follows a link, as browsers say themselves.
 */
function isBrowser(req: Request): boolean {
  return credentialsOf(req).authorization === undefined || req.get('sec-fetch-mode') === 'navigate';
}

function cookieOf(req: Request): string | undefined {
  return /(?:^|;\s*)bridge_consent=([\w-]{1,100})/.exec(req.get('cookie') ?? '')?.[1];
}

/** A key that is limited to one person need not name that person. */
function onlyUser({ users }: Principal): string | undefined {
  return users?.size === 1 ? [...users][0] : undefined;
}

function answerStart(req: Request, res: Response, start: AuthorizationStart): void {
  switch (start.kind) {
    case 'started':
      if (wantsJson(req)) res.json({ authorize_url: start.authorizeUrl });
      else res.redirect(303, start.authorizeUrl);
      return;
    case 'not_configured':
      problem(res, notConfigured);
      return;
    case 'erased':
      problem(res, { status: 409, detail: 'This person was erased.' });
      return;
    case 'bad_return_to':
      problem(res, { status: 422, detail: 'return_to must be an address on this origin.' });
  }
}

function answerResult(req: Request, res: Response, result: AuthorizationResult): void {
  if (result.kind !== 'connected') {
    const { status, detail } = failures[result.kind];
    if (wantsJson(req)) problem(res, { status, detail });
    else page(res, status, 'Not connected', detail);
    return;
  }
  if (result.returnTo !== undefined) res.redirect(303, result.returnTo);
  else if (wantsJson(req)) res.json({ connection_id: result.connectionId, state: 'active' });
  else page(res, 200, 'Connected', 'Your data is on its way. You can close this page.');
}

const notConfigured = { status: 404, detail: 'This vendor is not configured here.' };
const failures: Readonly<
  Record<Exclude<AuthorizationResult['kind'], 'connected'>, { status: number; detail: string }>
> = {
  not_configured: notConfigured,
  denied: { status: 403, detail: 'The consent was denied.' },
  malformed: { status: 400, detail: 'The vendor leads back with one code and the state.' },
  unknown_state: {
    status: 400,
    detail: 'This consent is not known here, or was used before. Start again.',
  },
  expired: { status: 400, detail: 'This consent took longer than ten minutes. Start again.' },
  other_browser: {
    status: 403,
    detail: 'Finish a consent in the browser in which it was begun. Start again.',
  },
  refused: { status: 400, detail: 'The vendor does not take this code. Start again.' },
  unknown_user: { status: 502, detail: 'The vendor does not say whose account it is. Start again.' },
  taken: { status: 409, detail: 'This account of the vendor is connected to another person.' },
  other_account: {
    status: 409,
    detail: 'This person is connected to another account of the vendor. Disconnect that first.',
  },
};

/** Whoever takes anything, as a browser or curl does, gets a page. */
function wantsJson(req: Request): boolean {
  return req.accepts(['html', 'json']) === 'json';
}

/** Both texts are ours: nothing in them comes from the request. */
function page(res: Response, status: number, title: string, text: string): void {
  res.status(status).type('html');
  res.send(
    `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1><p>${text}</p></html>\n`,
  );
}
