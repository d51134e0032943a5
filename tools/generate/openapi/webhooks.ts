import { acceptedSchema, flatBodySchema, metrics, reservedSources } from '@bridge/contracts';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused } from './answers.ts';

/** The guides' curl commands name no JSON content type, so the body is read as JSON under the form type too. */
const requestBody = {
  required: true,
  content: {
    'application/json': { schema: flatBodySchema },
    'application/x-www-form-urlencoded': { schema: flatBodySchema },
  },
};

function receive(source: string): ZodOpenApiOperationObject {
  return {
    operationId: `receive_${source}`,
    summary: `One measurement of ${source}`,
    description:
      'Event fields and metrics side by side; an event_id or a timestamp is needed. ' +
      `Metrics: ${Object.keys(metrics).join(', ')}.`,
    tags: ['webhook-ingest'],
    requestBody,
    responses: {
      202: json('Durable: on Kafka with acks=all, or committed in PostgreSQL', acceptedSchema),
      ...refused(400, 401, 403, 413, 415, 422, 503),
    },
  };
}

export const webhookPaths: ZodOpenApiPathsObject = Object.fromEntries(
  reservedSources.map((source) => [`/webhooks/${source}`, { post: receive(source) }]),
);
