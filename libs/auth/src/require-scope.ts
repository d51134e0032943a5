import { problem } from '@bridge/service-runtime';
import { type Request, type RequestHandler, type Response } from 'express';
import { type Authenticate } from './authenticator.ts';
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
        res.setHeader('WWW-Authenticate', 'Bearer realm="biometric-bridge"');
        problem(res, { status: result.status, detail: result.detail });
        return;
      }
      if (result.by === 'session' && comesFromElsewhere(req)) {
        problem(res, { status: 403, detail: 'A session counts only for requests from its own page.' });
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

/** SameSite=Strict still lets a page on another port of the same host send the cookie; this header shows it. */
function comesFromElsewhere(req: Request): boolean {
  const site = req.get('sec-fetch-site');
  return site !== undefined && site !== 'same-origin' && site !== 'none';
}
