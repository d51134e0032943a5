import {
  clearedSessionCookie,
  principalOf,
  readSessionCookie,
  sessionCookie,
  type RequireScope,
  type Principal,
  type SignIn,
} from '@bridge/auth';
import { problem } from '@bridge/service-runtime';
import express, { type Express } from 'express';
import { z } from 'zod';

type Deps = {
  readonly requireScope: RequireScope;
  readonly signIn: SignIn;
};

const exchangeBody = z.object({ link: z.string().min(1).max(256) });

/**
 * Sign-in of the dashboard: an API key makes a one-time link, the page exchanges it for a session cookie. The link's
 * token is in the fragment of the URL, which browsers send to nobody.
 */
export function mountSession(app: Express, { requireScope, signIn }: Deps): void {
  app.post('/session/links', requireScope('stream'), async (_req, res) => {
    const { token, expiresAt } = await signIn.createSignInLink(principalOf(res));
    res.status(201).json({ path: `/#sign-in=${token}`, expires_at: expiresAt });
  });

  app.post('/session', express.json({ limit: '1kb' }), async (req, res) => {
    const body = exchangeBody.safeParse(req.body);
    if (!body.success) {
      problem(res, { status: 422, errors: [{ path: 'link', message: 'is missing' }] });
      return;
    }
    const session = await signIn.exchangeSignInLink(body.data.link);
    if (!session) {
      problem(res, { status: 401, detail: 'The link is unknown, used or expired. Make a new one.' });
      return;
    }
    const { token, expiresAt, principal } = session;
    res.setHeader('Set-Cookie', sessionCookie(token, { expiresAt, secure: req.secure }));
    res.json(sessionBody(principal));
  });

  app.get('/session', requireScope('stream'), (_req, res) => {
    res.json(sessionBody(principalOf(res)));
  });

  app.delete('/session', requireScope('stream'), async (req, res) => {
    const token = readSessionCookie(req.get('cookie'));
    if (token !== undefined) await signIn.endSession(token);
    res.setHeader('Set-Cookie', clearedSessionCookie());
    res.status(204).end();
  });
}

function sessionBody({ scopes, users }: Principal) {
  return { scopes: [...scopes], users: users === undefined ? null : [...users] };
}
