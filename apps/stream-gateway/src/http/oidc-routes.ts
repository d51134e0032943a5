import { readCookie, type Grants, type Principal } from '@bridge/auth';
import { retryVerdict, type Log } from '@bridge/core';
import { problem } from '@bridge/service-runtime';
import { type Express, type Request, type RequestHandler, type Response } from 'express';
import { type OidcAttempts } from '../adapters/oidc-attempts.ts';
import { type OidcProvider, type OidcResult } from '../adapters/oidc-provider.ts';
import { answerFailure, type SignInFailure } from './sign-in-page.ts';

/** Sign-in at an OIDC provider, where one is configured. */
export type OidcSignIn = {
  readonly provider: OidcProvider;
  readonly attempts: OidcAttempts;
  readonly grants: Pick<Grants, 'find'>;
};

type Deps = {
  readonly oidc: OidcSignIn | undefined;
  readonly openSession: (req: Request, res: Response, principal: Principal) => Promise<unknown>;
  readonly isSecure: (req: Request) => boolean;
  readonly log: Log;
};

const cookieName = 'bridge_oidc';
const cookiePath = '/session/oidc';
const attemptSeconds = 600;

const notBegun: SignInFailure = {
  status: 400,
  title: 'This sign-in was not begun here',
  detail: 'It was begun in another browser or more than ten minutes ago. Begin again.',
};
const declined: SignInFailure = {
  status: 401,
  title: 'Not signed in',
  detail: 'The sign-in was ended at the provider, or it was used already. Begin again.',
};
const untrusted: SignInFailure = {
  status: 502,
  title: 'The answer of the sign-in provider was refused',
  detail: 'It is not valid for this sign-in. Begin again; if it happens again, tell the operator.',
};
const unreachable: SignInFailure = {
  status: 503,
  title: 'The sign-in provider does not answer',
  detail: 'Try again in a moment, or sign in with an API key or a one-time link.',
  retryAfterSeconds: 5,
};
const notAdmitted: SignInFailure = {
  status: 403,
  title: 'Your account may not see anything here',
  detail: 'An operator admits it with: npm run bridge -- sign-in grant <account> --scope stream',
};

/** `GET /session/oidc/start` leads to the provider, `GET /session/oidc/callback` back, with a session. */
export function mountOidc(app: Express, { oidc, openSession, isSecure, log }: Deps): void {
  app.get(
    '/session/oidc/start',
    withOidc(oidc, log, async ({ provider, attempts }, req, res) => {
      const { url, attempt } = await provider.begin();
      // Lax, since the way back begins on the provider's site.
      setCookie(req, res, `${cookieName}=${await attempts.seal(attempt)}`, attemptSeconds);
      res.redirect(302, url);
    }),
  );

  app.get(
    '/session/oidc/callback',
    withOidc(oidc, log, async ({ provider, attempts, grants }, req, res) => {
      const { state } = req.query;
      const sealed = readCookie(req.get('cookie'), cookieName);
      const attempt =
        sealed === undefined || typeof state !== 'string' ? undefined : await attempts.unseal(sealed, state);
      if (attempt === undefined) {
        answerFailure(req, res, notBegun);
        return;
      }
      const result = await provider.finish(req.originalUrl.replace(/^[^?]*/, ''), attempt);
      setCookie(req, res, `${cookieName}=`, 0);
      if (result.kind !== 'signed_in') {
        refuse(req, res, { result, log });
        return;
      }
      const principal = await grants.find(result);
      if (principal === undefined) {
        log.info('sign-in refused', { reason: 'no_grant' });
        answerFailure(req, res, { ...notAdmitted, account: result.subject });
        return;
      }
      await openSession(req, res, principal);
      res.redirect(303, '/');
    }),
  );

  function setCookie(req: Request, res: Response, value: string, maxAge: number): void {
    const secure = isSecure(req) ? '; Secure' : '';
    res.append(
      'Set-Cookie',
      `${value}; Path=${cookiePath}; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${secure}`,
    );
  }
}

type Step = (oidc: OidcSignIn, req: Request, res: Response) => Promise<void>;

/** Goes on where a provider is configured; while it does not answer, that is said. */
function withOidc(oidc: OidcSignIn | undefined, log: Log, step: Step): RequestHandler {
  return async (req, res) => {
    if (oidc === undefined) {
      problem(res, { status: 404, detail: 'No sign-in provider is configured here.' });
      return;
    }
    try {
      await step(oidc, req, res);
    } catch (error) {
      if (res.headersSent || retryVerdict(error) !== 'transient') throw error;
      log.warn('sign-in not possible now', { error });
      answerFailure(req, res, unreachable);
    }
  };
}

function refuse(
  req: Request,
  res: Response,
  { result, log }: { readonly result: Exclude<OidcResult, { kind: 'signed_in' }>; readonly log: Log },
): void {
  const { kind, code } = result;
  log.warn('sign-in refused', { reason: kind, code: /^\w{1,60}$/.test(code) ? code : 'other' });
  answerFailure(req, res, kind === 'declined' ? declined : untrusted);
}
