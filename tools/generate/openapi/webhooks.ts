import { acceptedSchema, flatBodySchema, metrics } from '@bridge/contracts';
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
  'A flat body holds event fields and metrics side by side; an event_id or a timestamp is needed. ' +
  `Metrics: ${Object.keys(metrics).join(', ')}.`;

/** The guides' curl commands name no JSON content type, so a body is read as JSON under the form type too. */
export function jsonBody(schema: z.ZodType) {
  return {
    required: true,
    content: { 'application/json': { schema }, 'application/x-www-form-urlencoded': { schema } },
  };
}

export const accepted = json(
  'Durable: on Kafka with acks=all, or committed in PostgreSQL. The same body again has the same id',
  acceptedSchema,
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
    requestBody: jsonBody(z.union([flatBodySchema, notices[vendor]])),
    responses: {
      200: json('The notice is stored with its job', z.object({ status: z.literal('stored') })),
      202: accepted,
      ...refused(400, 401, 403, 404, 413, 415, 422, 429, 503),
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
