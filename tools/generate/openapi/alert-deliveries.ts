import { deliveryListSchema, deliveryStatuses, slugField } from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused } from './answers.ts';

const tags = ['alerts'];
const id = z.string().regex(/^[0-9a-f]{32}$/);

const query = z.object({
  status: z.enum(deliveryStatuses).optional(),
  alert_id: id.optional(),
  limit: z.int().min(1).max(500).default(100),
  cursor: z.string().max(200).optional().describe('`next` of the page before, also in its `Link` header'),
});

const page = {
  ...json('The deliveries', deliveryListSchema),
  headers: z.object({ Link: z.string().optional().describe('The next page, `rel="next"`') }),
};

const ofChannel: ZodOpenApiOperationObject = {
  operationId: 'list_channel_deliveries',
  summary: 'What was sent over a channel, newest first',
  description: 'Scope `admin`. Without the content of messages. Deliveries are kept for 90 days.',
  tags,
  requestParams: { path: z.object({ name: slugField }), query },
  responses: { 200: page, ...refused(400, 401, 403, 404, 503) },
};

const ofAlert: ZodOpenApiOperationObject = {
  operationId: 'list_alert_deliveries',
  summary: 'Whom an alert was told, newest first',
  tags,
  requestParams: { path: z.object({ alert_id: id }), query },
  responses: { 200: page, ...refused(400, 401, 403, 404, 503) },
};

const retry: ZodOpenApiOperationObject = {
  operationId: 'retry_delivery',
  summary: 'Sends a delivery again that was given up',
  description: 'Scope `admin`. Under the same idempotency key; asking twice sends once.',
  tags,
  requestParams: { path: z.object({ name: slugField, delivery_id: id }) },
  responses: {
    202: json('It is due now', z.object({ delivery_id: id, status: z.literal('pending') })),
    ...refused(401, 403, 404, 409, 503),
  },
};

export const alertDeliveryPaths: ZodOpenApiPathsObject = {
  '/channels/{name}/deliveries': { get: ofChannel },
  '/channels/{name}/deliveries/{delivery_id}/retry': { post: retry },
  '/alerts/{alert_id}/deliveries': { get: ofAlert },
};
