import { alertListSchema, alertSchema, alertStatuses } from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused, userId } from './answers.ts';
import { linkHeader, pageParameters } from './paging.ts';

const list: ZodOpenApiOperationObject = {
  operationId: 'list_alerts',
  summary: 'Alerts, newest first',
  tags: ['alerts'],
  requestParams: {
    query: z.object({
      user_id: userId.optional(),
      status: z.array(z.enum(alertStatuses)).optional().describe('Repeated for any of several'),
      ...pageParameters,
    }),
  },
  responses: {
    200: {
      ...json('The alerts', alertListSchema),
      headers: linkHeader,
    },
    ...refused(400, 401, 403, 503),
  },
};

const get: ZodOpenApiOperationObject = {
  operationId: 'get_alert',
  summary: 'One alert',
  tags: ['alerts'],
  requestParams: { path: z.object({ alert_id: z.string().regex(/^[0-9a-f]{32}$/) }) },
  responses: { 200: json('The alert', alertSchema), ...refused(401, 403, 404, 503) },
};

export const alertPaths: ZodOpenApiPathsObject = {
  '/alerts': { get: list },
  '/alerts/{alert_id}': { get },
};
