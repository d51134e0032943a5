import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { vendors } from '../../lab/vendor-sim/vendor.ts';
import { json, refused, userId } from './answers.ts';

const tags = ['webhook-ingest'];
const time = z.string().describe('RFC 3339');
const count = z.int().min(0);

const silence = z.object({ data_type: z.string(), cause: z.string().nullable(), since: time });

const connectionSchema = z
  .strictObject({
    connection_id: z.uuid(),
    user_id: userId,
    vendor: z.enum(vendors),
    state: z.enum(['active', 'needs_consent', 'lapsed', 'disconnected']),
    since: time.describe('Of the state'),
    connected_at: time,
    ends_at: time
      .nullable()
      .describe('Of a consent that cannot be renewed: the person must connect again then'),
    last_notice_at: time.nullable(),
    last_document_at: time.nullable(),
    not_before: time.nullable().describe('The vendor is not asked before'),
    next_renewal_at: time.nullable().describe("Of Oura's subscriptions, which are the application's"),
    renewal_failing_since: time.nullable(),
    quota_left: count.nullable().describe('Requests that the scarcest limit still grants this application'),
    waiting_notices: count,
    silences: z.array(silence).describe('Data types that should have come and did not'),
  })
  .meta({ id: 'Connection' });

/** The answer of `GET /connections`. */
export const connectionListSchema = z
  .strictObject({
    connections: z.array(connectionSchema),
    quarantined: z
      .array(
        z.strictObject({
          user_id: userId,
          source: z.string(),
          reason: z.string().nullable(),
          count,
          last_at: time,
          problems: z
            .array(z.strictObject({ field: z.string(), message: z.string() }))
            .describe(
              'Why the newest of them is there. `fields_left_out`: the rest of these documents is published',
            ),
        }),
      )
      .describe(
        'Documents that say something that cannot be, of the people of this page. A key of all users sees those without a connection too',
      ),
    next: z.uuid().nullable().describe('`after` of the next page'),
  })
  .meta({ id: 'ConnectionList' });

const list: ZodOpenApiOperationObject = {
  operationId: 'list_connections',
  summary: 'How the connections stand',
  description:
    'Scope `connections`; with a key of some users only theirs. Connections in the order of their ids, and among them people ' +
    'who have something in quarantine and no connection: `limit` counts both.',
  tags,
  requestParams: {
    query: z.object({
      user_id: userId.optional(),
      limit: z.int().min(1).max(500).default(100),
      after: z.uuid().optional().describe('`next` of the page before'),
    }),
  },
  responses: { 200: json('The connections', connectionListSchema), ...refused(400, 401, 403, 503) },
};

const path = z.object({ connection_id: z.uuid() });

const resync: ZodOpenApiOperationObject = {
  operationId: 'resync_connection',
  summary: 'Looks at the vendor for what never came',
  tags,
  requestParams: { path },
  responses: {
    202: json('A job does it', z.object({ connection_id: z.uuid(), status: z.literal('accepted') })),
    ...refused(401, 403, 404, 409, 503),
  },
};

const ended = z.object({
  connection_id: z.uuid(),
  state: z.literal('disconnected'),
  revoked: z.boolean().describe('Whether the vendor knows'),
});

const disconnect: ZodOpenApiOperationObject = {
  operationId: 'disconnect',
  summary: 'Ends a connection, here and at the vendor',
  tags,
  requestParams: { path },
  responses: {
    200: json('Ended', ended),
    202: json('Ended here; a job goes on telling the vendor', ended),
    ...refused(401, 403, 404, 503),
  },
};

const raw: ZodOpenApiOperationObject = {
  operationId: 'raw_document',
  summary: 'What an event was made of, byte by byte',
  description:
    'Scope `connections`. The vendor document, the part of an Apple export, or the flat or manual body as it was sent; of a body ' +
    'that came more than once the first. 404 too for a person whom the key may not see or who is erased, and for a body that was ' +
    'accepted while PostgreSQL was away. Every look is written down.',
  tags,
  requestParams: { path: z.object({ event_id: z.string().regex(/^[0-9a-f]{32}$/) }) },
  responses: {
    200: {
      description: 'The bytes as they came',
      content: {
        'application/json': { schema: z.unknown() },
        'application/octet-stream': { schema: z.string().meta({ format: 'binary' }) },
      },
    },
    ...refused(401, 403, 404, 503),
  },
};

export const connectionPaths: ZodOpenApiPathsObject = {
  '/connections': { get: list },
  '/connections/{connection_id}': { delete: disconnect },
  '/connections/{connection_id}/resync': { post: resync },
  '/connections/events/{event_id}/raw': { get: raw },
};
