import { problem, type Problem } from '@bridge/service-runtime';
import { type Request, type RequestHandler, type Response } from 'express';
import { type Authenticate, type AuthResult } from './authenticator.ts';
import { credentialsOf } from './credentials.ts';
import { hasScope, type Principal } from './principal.ts';
import { type Scope } from './scopes.ts';

/** Middleware that lets callers with the scope pass. */
export type RequireScope = (scope: Scope) => RequestHandler;

/**
 * Middleware factory: lets a request pass whose caller has the scope, answers 401 or 403 with a problem document
 * otherwise. Behind it `principalOf(res)` is set.
 */
export function createRequireScope(authenticate: Authenticate): RequireScope {
  return function requireScope(scope) {
    return async function checkScope(req, res, next) {
      const { authorization, cookie } = credentialsOf(req);
      const result = await authenticate(authorization, cookie);
      if (!result.ok) {
        refuseCaller(res, result);
        return;
      }
      if (result.by === 'session' && comesFromElsewhere(req)) {
        problem(res, fromElsewhere);
        return;
      }
      if (!hasScope(result.principal, scope)) {
        problem(res, { status: 403, detail: `This needs the scope "${scope}".` });
        return;
      }
      res.locals['principal'] = result.principal;
      next();
    };
  };
}

/** The caller that `requireScope` let pass. Throws on a route without it. */
export function principalOf(res: Response): Principal {
  const principal = res.locals['principal'] as Principal | undefined;
  if (principal === undefined) throw new Error('This route has no requireScope in front of it.');
  return principal;
}

/** 401 with the challenge; `members` go into the document. */
export function refuseCaller(
  res: Response,
  { status, detail }: Extract<AuthResult, { ok: false }>,
  members: Problem['members'] = {},
): void {
  res.setHeader('WWW-Authenticate', 'Bearer realm="biometric-bridge"');
  problem(res, { status, detail, members });
}

/** The answer to a session's request from another page. */
export const fromElsewhere: Problem = {
  status: 403,
  detail: 'A session counts only for requests from its own page.',
};

/**
 * SameSite=Strict still lets a page on another port of the same host send the cookie; Sec-Fetch-Site shows it. A browser
 * without that header names the page in Origin when it writes; programs that are no browser send neither.
 */
export function comesFromElsewhere(req: Pick<Request, 'get' | 'host'>): boolean {
  const site = req.get('sec-fetch-site');
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  const origin = req.get('origin');
  return origin !== undefined && URL.parse(origin)?.host !== req.host;
}
