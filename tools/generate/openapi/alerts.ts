import {
  alertDetailSchema,
  alertKindField,
  alertListSchema,
  alertStatisticsSchema,
  alertStatuses,
  severities,
} from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused, userId } from './answers.ts';
import { linkHeader, pageParameters } from './paging.ts';

const repeated = 'Repeated for any of several';

const list: ZodOpenApiOperationObject = {
  operationId: 'list_alerts',
  summary: 'Alerts, newest first',
  tags: ['alerts'],
  requestParams: {
    query: z.object({
      user_id: userId.optional(),
      status: z.array(z.enum(alertStatuses)).optional().describe(repeated),
      severity: z.array(z.enum(severities)).optional().describe(repeated),
      kind: alertKindField.optional(),
      acknowledged: z.enum(['true', 'false']).optional(),
      hold: z
        .enum(['silenced', 'inhibited', 'acknowledged', 'quiet_hours', 'budget', 'info', 'no_route'])
        .optional()
        .describe('Only open alerts of which nobody is told at present, for this reason'),
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
  summary: 'One alert with its history, its newest deliveries and its decision',
  tags: ['alerts'],
  requestParams: { path: z.object({ alert_id: z.string().regex(/^[0-9a-f]{32}$/) }) },
  responses: { 200: json('The alert', alertDetailSchema), ...refused(401, 403, 404, 503) },
};

const time = z.iso.datetime({ offset: true });

const statistics: ZodOpenApiOperationObject = {
  operationId: 'get_alert_statistics',
  summary: 'Alerts per kind: how many, how fast acknowledged, how useful',
  description: 'A key that is limited to persons sees the figures of these persons only.',
  tags: ['alerts'],
  requestParams: {
    query: z.object({
      from: time.optional().describe('Default: 30 days before `to`'),
      to: time.optional().describe('Default: now'),
    }),
  },
  responses: { 200: json('The figures', alertStatisticsSchema), ...refused(400, 401, 403, 503) },
};

export const alertPaths: ZodOpenApiPathsObject = {
  '/alerts': { get: list },
  '/alerts/{alert_id}': { get },
  '/statistics': { get: statistics },
};
