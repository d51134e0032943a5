import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused } from './answers.ts';

const tags = ['stream-gateway'];

const session = z
  .object({
    scopes: z.array(z.string()),
    users: z.array(z.string()).nullable().describe('null: everyone'),
  })
  .meta({ id: 'Session' });

const link = z.object({
  path: z.string().describe('The token is in the fragment, which browsers send to nobody'),
  expires_at: z.string(),
});

/** Sign-in of the dashboard: a key makes a one-time link, the page exchanges it for a session cookie. */
export const sessionPaths: ZodOpenApiPathsObject = {
  '/session/links': {
    post: {
      operationId: 'make_sign_in_link',
      summary: 'A one-time sign-in link',
      tags,
      responses: { 201: json('The link', link), ...refused(401, 403, 503) },
    },
  },
  '/session': {
    post: {
      operationId: 'sign_in',
      summary: 'Exchanges a link for a session cookie',
      tags,
      security: [],
      requestBody: {
        required: true,
        content: { 'application/json': { schema: z.object({ link: z.string().min(1).max(256) }) } },
      },
      responses: { 200: json('Signed in', session), ...refused(400, 401, 413, 422, 503) },
    },
    get: {
      operationId: 'session',
      summary: 'Who is signed in',
      tags,
      responses: { 200: json('The session', session), ...refused(401, 403, 503) },
    },
    delete: {
      operationId: 'sign_out',
      summary: 'Ends the session',
      tags,
      responses: { 204: { description: 'Ended' }, ...refused(401, 403, 503) },
    },
  },
};
