import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { vendors } from '../../lab/vendor-sim/vendor.ts';
import { json, refused, userId } from './answers.ts';

const tags = ['webhook-ingest'];
const path = z.object({ vendor: z.enum(vendors) });
const page = { 'text/html': { schema: z.string() } };
const away = (description: string) => ({
  description,
  headers: z.object({ Location: z.string() }),
});

const begin: ZodOpenApiOperationObject = {
  operationId: 'connect',
  summary: "Leads a person to the vendor's consent",
  description:
    'Scope `connections`. The consent must be finished within ten minutes, and in the same browser.',
  tags,
  requestParams: {
    path,
    query: z.object({
      user_id: userId.optional().describe('Whom to connect; absent: the one user of the key'),
      return_to: z
        .string()
        .max(2_000)
        .optional()
        .describe('Where the browser goes afterwards, on this origin'),
    }),
  },
  responses: {
    200: json('For callers that take JSON only', z.object({ authorize_url: z.string() })),
    303: away("The vendor's page"),
    ...refused(400, 401, 403, 404, 409, 422, 503),
  },
};

const finish: ZodOpenApiOperationObject = {
  operationId: 'finish_connect',
  summary: 'Where a consent comes back to',
  description:
    'Needs no key: `state` says whose consent it is, once. 400 also for a code that the vendor does not take. Problems ' +
    'are pages for browsers.',
  tags,
  security: [],
  requestParams: {
    path,
    query: z.looseObject({
      state: z.string(),
      code: z.string().optional(),
      error: z.string().optional().describe('The person said no'),
    }),
  },
  responses: {
    200: {
      description: 'Connected; the first pull of history is on its way',
      content: {
        ...page,
        'application/json': {
          schema: z.object({ connection_id: z.uuid(), state: z.literal('active') }),
        },
      },
    },
    303: away('`return_to`'),
    ...refused(400, 403, 404, 409, 502, 503),
  },
};

export const connectPaths: ZodOpenApiPathsObject = {
  '/connect/{vendor}': { get: begin },
  '/connect/{vendor}/callback': { get: finish },
};
