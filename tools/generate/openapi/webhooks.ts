import { acceptedSchema, batchAnswerSchema, flatBodySchema, metrics } from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { type Vendor } from '../../lab/vendor-sim/vendor.ts';
import { json, refused } from './answers.ts';
import { senders } from './security.ts';

const tags = ['webhook-ingest'];

const id = z.union([z.string().min(1).max(200), z.int()]);

const notices = {
  oura: z
    .looseObject({
      event_type: z.string().describe('`create`, `update` or `delete`'),
      data_type: z.string(),
      object_id: id,
      user_id: id,
      event_time: z.string().optional(),
    })
    .meta({ id: 'OuraNotice' }),
  whoop: z
    .looseObject({
      type: z.string().describe('`sleep.updated`, `recovery.deleted`, …'),
      id,
      user_id: id,
      trace_id: z.string().optional(),
    })
    .meta({ id: 'WhoopNotice' }),
} as const satisfies Record<Vendor, z.ZodType>;

export const flatDescription =
  'A flat body holds event fields and metrics side by side; an event_id or a timestamp is needed. An id stands for one ' +
  'content: the same again is answered 200 `already_known`, another one 409 `duplicate_conflict`, as far as the last 48 ' +
  'hours are remembered; a higher version corrects it. A delete has the event_id and a higher version; readings that come ' +
  'with it are ignored. Up to 1,000 bodies may come at once, as a list or one on each line: of a batch 202 says that all ' +
  'are durable, 207 that some are, 422 that none is, each with one result per body. ' +
  `Metrics: ${Object.keys(metrics).join(', ')}.`;

/**
 * One body, or a batch of them. The guides' curl commands name no JSON content type, so a body is read as JSON under the
 * form type too.
 */
export function bodies(schema: z.ZodType) {
  const content = { schema: z.union([schema, z.array(schema).min(1).max(1_000)]) };
  return {
    required: true,
    content: {
      'application/json': content,
      'application/x-www-form-urlencoded': content,
      'application/x-ndjson': { schema: z.string().describe('A body on each line, at most 1,000') },
    },
  };
}

export const accepted = json(
  'Durable: on Kafka with acks=all, or committed in PostgreSQL. Of a batch all are',
  z.union([acceptedSchema, batchAnswerSchema]),
);

export const inPart = json(
  'Of a batch some bodies are durable; `results` has one entry for each',
  batchAnswerSchema,
);

function receive(vendor: Vendor): ZodOpenApiOperationObject {
  return {
    operationId: `receive_${vendor}`,
    summary: `A notice of ${vendor}, or one measurement`,
    description:
      `Who signs as the vendor sends a notice: what it is about is fetched afterwards. Who has a key, or signs as ` +
      `Standard Webhooks, sends a flat body. ${flatDescription}`,
    tags,
    security: [{ [`${vendor}_signature`]: [] }, ...senders],
    requestBody: bodies(z.union([flatBodySchema, notices[vendor]])),
    responses: {
      200: json(
        'A notice is stored with its job; or a flat body was accepted before, with the same content',
        z.union([z.object({ status: z.literal('stored') }), acceptedSchema]),
      ),
      202: accepted,
      207: inPart,
      ...refused(400, 401, 403, 404, 409, 413, 415, 422, 429, 503),
    },
  };
}

const challenge: ZodOpenApiOperationObject = {
  operationId: 'answer_oura',
  summary: 'Oura asks whether this address is ours',
  tags,
  security: [],
  requestParams: { query: z.object({ verification_token: z.string(), challenge: z.string().max(1024) }) },
  responses: {
    200: json('It is', z.object({ challenge: z.string() })),
    ...refused(401, 404, 422, 429),
  },
};

export const webhookPaths: ZodOpenApiPathsObject = {
  '/webhooks/oura': { post: receive('oura'), get: challenge },
  '/webhooks/whoop': { post: receive('whoop') },
};
