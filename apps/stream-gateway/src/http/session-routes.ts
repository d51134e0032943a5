import {
  clearedSessionCookie,
  comesFromElsewhere,
  credentialsOf,
  fromElsewhere,
  linkMinutes,
  principalOf,
  readSessionCookie,
  refuseCaller,
  sessionCookie,
  type AccessorNames,
  type Authenticate,
  type Principal,
  type RequireScope,
  type Session,
  type SignIn,
} from '@bridge/auth';
import { type Log } from '@bridge/core';
import { problem } from '@bridge/service-runtime';
import express, { type Express, type Request, type Response } from 'express';
import { z } from 'zod';
import { mountOidc, type OidcSignIn } from './oidc-routes.ts';

type Deps = {
  readonly authenticate: Authenticate;
  readonly requireScope: RequireScope;
  readonly signIn: SignIn;
  readonly accessorNames: AccessorNames;
  readonly oidc: OidcSignIn | undefined;
  /** The address at which browsers reach the edge has https: a proxy before it may not say so. */
  readonly isPublicTls: boolean;
  readonly log: Log;
};

const secret = z.string().min(1).max(256);
const signInBody = z.union([z.strictObject({ link: secret }), z.strictObject({ key: secret })]);

/**
 * Sign-in of the dashboard: by a one-time link, whose token is in the fragment of the URL, which browsers send to nobody; by
 * an API key; or at an OIDC provider. Each ends in a session cookie.
 */
export function mountSession(app: Express, deps: Deps): void {
  const { authenticate, requireScope, signIn, accessorNames, oidc, isPublicTls, log } = deps;
  const methods = {
    key: true,
    link: true,
    oidc: oidc === undefined ? null : { issuer: oidc.provider.issuer },
  };
  const isSecure = (req: Request) => isPublicTls || req.secure;

  async function sessionBody({ accessor, scopes, users }: Principal, expiresAt: number | undefined) {
    const name = (await accessorNames.nameOf([accessor])).get(accessor) ?? accessor;
    return {
      name,
      scopes: [...scopes],
      users: users === undefined ? null : [...users],
      ...(expiresAt !== undefined &&
        Number.isFinite(expiresAt) && { expires_at: new Date(expiresAt).toISOString() }),
      methods,
    };
  }

  /** In place of the browser's session before. */
  async function setSession(
    req: Request,
    res: Response,
    { token, expiresAt, principal }: Session,
  ): Promise<void> {
    const earlier = readSessionCookie(req.get('cookie'));
    if (earlier !== undefined) await signIn.endSession(earlier);
    res.append('Set-Cookie', sessionCookie(token, { expiresAt, secure: isSecure(req) }));
    log.info('session opened', { key_id: principal.keyId });
  }

  app.post('/session/links', requireScope('stream'), async (_req, res) => {
    const { token, expiresAt } = await signIn.createSignInLink(principalOf(res));
    res.status(201).json({ path: `/#sign-in=${token}`, expires_at: expiresAt });
  });

  app.post('/session', express.json({ limit: '1kb' }), async (req, res) => {
    if (comesFromElsewhere(req)) {
      problem(res, { status: 403, detail: 'Sign in on the page of the bridge itself.' });
      return;
    }
    const body = signInBody.safeParse(req.body);
    if (!body.success) {
      const message = 'must be the one field of the body: link or key';
      problem(res, { status: 422, errors: [{ path: 'link', message }] });
      return;
    }
    const session = await openSession(deps, body.data);
    if (typeof session === 'string') {
      problem(res, { status: 401, detail: session });
      return;
    }
    await setSession(req, res, session);
    res.json(await sessionBody(session.principal, session.expiresAt.getTime()));
  });

  app.get('/session', async (req, res) => {
    const { authorization, cookie } = credentialsOf(req);
    const result = await authenticate(authorization, cookie);
    if (!result.ok) refuseCaller(res, result, { methods });
    else if (result.by === 'session' && comesFromElsewhere(req)) problem(res, fromElsewhere);
    else res.json(await sessionBody(result.principal, result.expiresAt));
  });

  /** Whoever holds the cookie may end its session. */
  app.delete('/session', async (req, res) => {
    if (comesFromElsewhere(req)) {
      problem(res, fromElsewhere);
      return;
    }
    const token = readSessionCookie(req.get('cookie'));
    if (token !== undefined) await signIn.endSession(token);
    res.setHeader('Set-Cookie', clearedSessionCookie());
    res.status(204).end();
  });

  mountOidc(app, {
    oidc,
    isSecure,
    log,
    openSession: async (req, res, principal) => setSession(req, res, await signIn.openSession(principal)),
  });
}

/** A session, or why there is none. */
async function openSession(
  { authenticate, signIn }: Deps,
  body: z.output<typeof signInBody>,
): Promise<Session | string> {
  if ('link' in body) {
    const session = await signIn.exchangeSignInLink(body.link);
    return session ?? `The link is unknown, used or more than ${linkMinutes} minutes old. Make a new one.`;
  }
  const result = await authenticate(`Bearer ${body.key}`);
  return result.ok ? signIn.openSession(result.principal) : 'The API key is unknown, expired or revoked.';
}
