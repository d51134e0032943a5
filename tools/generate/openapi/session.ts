import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { body, json, refused } from './answers.ts';

const tags = ['stream-gateway'];
const secret = z.string().min(1).max(256);

const session = z
  .object({
    name: z.string().describe('`oidc:<subject>`, `key:<label>`, or who made the link: `operator:local`'),
    scopes: z.array(z.string()),
    users: z.array(z.string()).nullable().describe('null: everyone'),
    expires_at: z.iso.datetime().optional().describe('Absent: never by itself'),
    methods: z
      .object({
        key: z.literal(true),
        link: z.literal(true),
        oidc: z.object({ issuer: z.url() }).nullable(),
      })
      .describe('Ways to sign in here; the 401 of `GET /session` has them too'),
  })
  .meta({ id: 'Session' });

const link = z.object({
  path: z.string().describe('The token is in the fragment, which browsers send to nobody'),
  expires_at: z.string(),
});

const makeLink: ZodOpenApiOperationObject = {
  operationId: 'make_sign_in_link',
  summary: 'A one-time sign-in link',
  description: 'It works once, within ten minutes. The session is that of the caller.',
  tags,
  responses: { 201: json('The link', link), ...refused(401, 403, 503) },
};

const signIn: ZodOpenApiOperationObject = {
  operationId: 'sign_in',
  summary: 'Exchanges a link or an API key for a session cookie',
  tags,
  security: [],
  requestBody: body(z.union([z.strictObject({ link: secret }), z.strictObject({ key: secret })])),
  responses: { 200: json('Signed in', session), ...refused(400, 401, 403, 413, 422, 503) },
};

const page = { 'text/html': { schema: z.string() } };

const oidcStart: ZodOpenApiOperationObject = {
  operationId: 'sign_in_at_provider',
  summary: 'Leads a browser to the OpenID Connect provider',
  tags,
  security: [],
  responses: {
    302: { description: 'To the provider' },
    ...refused(404),
    503: { description: 'The provider does not answer', content: page },
  },
};

const oidcCallback: ZodOpenApiOperationObject = {
  operationId: 'return_from_provider',
  summary: 'Ends the sign-in at the provider with a session cookie',
  description: 'A browser gets its refusals as a page, a program as a problem document.',
  tags,
  security: [],
  responses: {
    303: { description: 'Signed in: to the dashboard' },
    400: { description: 'Not begun in this browser, or more than ten minutes ago', content: page },
    401: { description: 'Ended at the provider, or used already', content: page },
    403: { description: 'The subject has no grant: `npm run bridge -- sign-in grant`', content: page },
    ...refused(404),
    502: { description: "The provider's answer is not valid for this sign-in", content: page },
    503: { description: 'The provider does not answer', content: page },
  },
};

/** Sign-in of the dashboard. */
export const sessionPaths: ZodOpenApiPathsObject = {
  '/session/links': { post: makeLink },
  '/session': {
    post: signIn,
    get: {
      operationId: 'session',
      summary: 'Who is signed in, and how one can be',
      tags,
      responses: { 200: json('The session', session), ...refused(401, 403, 503) },
    },
    delete: {
      operationId: 'sign_out',
      summary: 'Ends the session of the cookie',
      tags,
      security: [],
      responses: { 204: { description: 'Ended' }, ...refused(403, 503) },
    },
  },
  '/session/oidc/start': { get: oidcStart },
  '/session/oidc/callback': { get: oidcCallback },
};
