import {
  explainedDecisionSchema,
  insightListSchema,
  modeSchema,
  nightListSchema,
  personListSchema,
  personStateSchema,
  readingSeriesSchema,
  resolutions,
  transitionListSchema,
} from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused, userId } from './answers.ts';
import { linkHeader, pageParameters } from './paging.ts';

const tags = ['history'];
const instant = z.string().describe('RFC 3339 with Z or an offset');
const span = { from: instant.optional(), to: instant.optional().describe('Exclusive') };
const path = z.object({ user_id: userId });

const rateHeaders = z.object({
  'RateLimit-Policy': z.string().optional().describe("The key's budget: `q` requests in `w` seconds"),
  RateLimit: z.string().optional().describe('Left: `r` requests, for `t` seconds'),
});
const listHeaders = rateHeaders.extend(linkHeader.shape);

function reader(
  operation: Pick<ZodOpenApiOperationObject, 'operationId' | 'summary' | 'description' | 'requestParams'>,
  answer: ReturnType<typeof json>,
  headers: z.ZodObject = rateHeaders,
): ZodOpenApiOperationObject {
  return {
    ...operation,
    tags,
    responses: { 200: { ...answer, headers }, ...refused(400, 401, 403, 404, 429, 503) },
  };
}

const people = reader(
  {
    operationId: 'list_users',
    summary: 'The people whom the key may see, the most urgent first',
    description:
      'Urgency: the most severe open alert (critical, then warning), then the mode, then whoever waits longest. The counts ' +
      'are over everybody whom the key may see and `q` matches, whatever the other filters say.',
    requestParams: {
      query: z.object({
        mode: modeSchema.optional(),
        alerting: z.boolean().optional().describe('With an open alert that is critical or a warning'),
        stale: z.literal('true').optional().describe('No event for 24 hours'),
        q: z.string().min(1).max(256).optional().describe('A part of the user id, in any case'),
        sort: z.enum(['urgency', 'user_id']).default('urgency'),
        ...pageParameters,
      }),
    },
  },
  json('A page', personListSchema),
  listHeaders,
);

const state = reader(
  {
    operationId: 'user_state',
    summary:
      'Where a person stands: mode and reason, newest readings, usual values, open questions and alerts',
    requestParams: { path },
  },
  json('The state', personStateSchema),
);

const readings = reader(
  {
    operationId: 'user_readings',
    summary: 'One metric over time, with the usual value of each day as it was then',
    description:
      'Least, median, greatest and count of each bin. `1h` is put together from five minutes: its median is that of their ' +
      "medians, each as often as it has values. `1d` is exact, and a day is the person's local day.",
    requestParams: {
      path,
      query: z.object({
        metric: z.string().describe('Of the metric dictionary'),
        from: instant.optional().describe('Seven days before `to` unless given'),
        to: instant.optional().describe('Exclusive; now unless given'),
        resolution: z
          .enum([...resolutions, 'auto'])
          .default('auto')
          .describe('`auto`: the finest that gives at most 2,000 points'),
      }),
    },
  },
  json('The series', readingSeriesSchema),
);

const sleep = reader(
  {
    operationId: 'user_sleep',
    summary: 'Nights as each device recorded them, the newest first',
    description: 'A page ends with a whole day, so it may hold a few nights more than `limit`.',
    requestParams: { path, query: z.object({ ...span, ...pageParameters }) },
  },
  json('A page', nightListSchema),
  listHeaders,
);

const transitions = reader(
  {
    operationId: 'list_transitions',
    summary: 'Mode transitions, the newest first',
    requestParams: { path, query: z.object({ ...span, ...pageParameters }) },
  },
  json('A page', transitionListSchema),
  listHeaders,
);

const insights = reader(
  {
    operationId: 'list_insights',
    summary: 'Findings about a person that switch nothing, the newest first',
    requestParams: { path, query: z.object({ ...span, ...pageParameters }) },
  },
  json('A page', insightListSchema),
  listHeaders,
);

const decision = reader(
  {
    operationId: 'explain_decision',
    summary: 'Why a mode switched, or why an event left it as it was',
    description:
      'Decides it again and says whether the result is the same: readings, thresholds and how far from them, usual values, ' +
      'and why a reading did not count.',
    requestParams: {
      path: z.object({ id: z.string().describe('Of a transition or an event: 32 hex digits') }),
    },
  },
  json('The explanation', explainedDecisionSchema),
);

const document = {
  operationId: 'openapi',
  summary: 'This description, as JSON',
  tags,
  security: [],
  responses: { 200: json('OpenAPI 3.1', z.looseObject({ openapi: z.string() })) },
};

const page = {
  operationId: 'docs',
  summary: 'This description, for people',
  tags,
  security: [],
  responses: { 200: { description: 'A page', content: { 'text/html': { schema: z.string() } } } },
};

export const historyPaths: ZodOpenApiPathsObject = {
  '/users': { get: people },
  '/users/{user_id}/state': { get: state },
  '/users/{user_id}/readings': { get: readings },
  '/users/{user_id}/sleep': { get: sleep },
  '/users/{user_id}/transitions': { get: transitions },
  '/users/{user_id}/insights': { get: insights },
  '/decisions/{id}': { get: decision },
  '/openapi.json': { get: document },
  '/docs': { get: page },
};
