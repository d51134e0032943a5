import { scopes } from '@bridge/auth';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { body, json, refused, userId } from './answers.ts';
import { linkHeader, pageParameters } from './paging.ts';

const tags = ['stream-gateway'];
const time = z.iso.datetime({ offset: true });
const everybody = 'For an admin key that is not limited to some persons.';
const label = z.string().min(1).max(100).describe('Its purpose, without the name of a person');

const key = z
  .object({
    key_id: z.string(),
    label: label.describe('The audit names the key by it: `key:<label>`'),
    scopes: z.array(z.enum(scopes)),
    users: z.array(userId).nullable().describe('null: everyone'),
    created_at: time,
    expires_at: time.nullable(),
    revoked_at: time.nullable(),
    last_used_at: time.nullable().describe('To the minute'),
  })
  .meta({ id: 'ApiKey' });

const newKey = z.strictObject({
  label,
  scopes: z.array(z.enum(scopes)).min(1),
  users: z.array(userId).min(1).max(1_000).nullish(),
  expires_at: time.nullish(),
});

const next = z.string().nullable().describe('The cursor of the next page');

const listKeys: ZodOpenApiOperationObject = {
  operationId: 'list_keys',
  summary: 'API keys, the oldest first, revoked ones too',
  description: everybody,
  tags,
  requestParams: { query: z.object(pageParameters) },
  responses: {
    200: {
      ...json('The keys, without themselves', z.object({ keys: z.array(key), next })),
      headers: linkHeader,
    },
    ...refused(400, 401, 403, 503),
  },
};

const createKey: ZodOpenApiOperationObject = {
  operationId: 'create_key',
  summary: 'A new API key',
  description: everybody,
  tags,
  requestBody: body(newKey),
  responses: {
    201: {
      ...json('The key, which is shown this once', key.extend({ key: z.string() })),
      headers: z.object({ Location: z.string().describe('Its path') }),
    },
    ...refused(400, 401, 403, 413, 422, 503),
  },
};

const revokeKey: ZodOpenApiOperationObject = {
  operationId: 'revoke_key',
  summary: 'Revokes an API key',
  description: `It and the sessions that were opened with it are refused within a second. ${everybody}`,
  tags,
  requestParams: { path: z.object({ key_id: z.string() }) },
  responses: { 204: { description: 'Revoked' }, ...refused(401, 403, 404, 503) },
};

const access = z.object({
  at: time,
  accessor: z.string().describe('`key:<label>`, `oidc:<subject>`, `operator:<name>`'),
  type: z.string(),
  table: z.string(),
  user_id: userId.optional().describe('Absent: everybody, or somebody who was erased'),
});

const audit: ZodOpenApiOperationObject = {
  operationId: 'audit',
  summary: 'Who looked at whom, latest first',
  description: `The look at this list is recorded too. ${everybody}`,
  tags,
  requestParams: {
    query: z.object({
      user_id: userId.optional(),
      accessor: z.string().max(300).optional(),
      from: time.optional(),
      to: time.optional(),
      ...pageParameters,
    }),
  },
  responses: {
    200: { ...json('The accesses', z.object({ accesses: z.array(access), next })), headers: linkHeader },
    ...refused(400, 401, 403, 503),
  },
};

const offset = z.int().nullable();
const seconds = z.number().nullable().describe('null: nothing waits');

const pipeline = z
  .object({
    topics: z.array(
      z.object({
        topic: z.string(),
        partition: z.int(),
        consumer: z.string(),
        next_offset: offset.describe('null: not begun'),
        end_offset: offset.describe('null while Kafka does not answer'),
        lag: offset.describe('Messages that are not handled yet'),
      }),
    ),
    outboxes: z.array(
      z.object({ service: z.string(), pending: z.int(), parked: z.int(), oldest_seconds: seconds }),
    ),
    dead_letters: z
      .array(
        z.object({
          topic: z.string(),
          reason: z.string(),
          field: z.string().optional(),
          count: z.int(),
          newest_at: time,
        }),
      )
      .nullable()
      .describe('Of the newest 5,000 of each topic; null while Kafka does not answer'),
    jobs: z.array(
      z.object({ name: z.string(), pending: z.int(), failing: z.int(), oldest_seconds: seconds }),
    ),
    rates: z.object({
      events_per_minute: z.number().nullable(),
      decisions_per_minute: z.number().nullable(),
    }),
    services: z.array(
      z.object({ name: z.string(), status: z.enum(['healthy', 'degraded', 'unhealthy', 'unreachable']) }),
    ),
  })
  .meta({ id: 'Pipeline' });

const pipelineOperation: ZodOpenApiOperationObject = {
  operationId: 'pipeline',
  summary: 'How far everything is: lag, outboxes, dead letters, jobs, rates, services',
  description: `At most two seconds old. ${everybody}`,
  tags,
  responses: { 200: json('The state of the pipeline', pipeline), ...refused(400, 401, 403, 503) },
};

/** What only admins see. */
export const adminPaths: ZodOpenApiPathsObject = {
  '/keys': { get: listKeys, post: createKey },
  '/keys/{key_id}': { delete: revokeKey },
  '/audit': { get: audit },
  '/pipeline': { get: pipelineOperation },
};
