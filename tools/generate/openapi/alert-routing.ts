import {
  budgetReportSchema,
  budgetsSchema,
  routeTestBodySchema,
  routeTestSchema,
  routingSchema,
} from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { body, json, refused, userId } from './answers.ts';

const tags = ['alerts'];
const headers = z.object({ ETag: z.string().describe('The revision; "0" is the default') });
const requestParams = {
  header: z.object({
    'If-Match': z.string().optional().describe('An ETag: 412 if there is a newer revision'),
  }),
};

const getRoutes: ZodOpenApiOperationObject = {
  operationId: 'get_routes',
  summary: 'Where alerts go',
  description: 'Needs the scope `admin`, by a key that is not limited to some persons.',
  tags,
  responses: { 200: { ...json('The routes', routingSchema), headers }, ...refused(400, 401, 403, 503) },
};

const putRoutes: ZodOpenApiOperationObject = {
  operationId: 'put_routes',
  summary: 'Change where alerts go',
  description:
    'Needs the scope `admin`. Stored as a whole, and only if every channel and group exists, names are unique and every route ' +
    'can be reached.',
  tags,
  requestParams,
  requestBody: body(routingSchema),
  responses: {
    200: { ...json('The routes', routingSchema), headers },
    ...refused(400, 401, 403, 412, 413, 415, 422, 503),
  },
};

const testRoutes: ZodOpenApiOperationObject = {
  operationId: 'test_routes',
  summary: 'Where would this alert go?',
  description: 'Needs the scope `admin`. Sends and stores nothing.',
  tags,
  requestBody: body(routeTestBodySchema),
  responses: {
    200: json('The way through the routes, and why it would be held back', routeTestSchema),
    ...refused(400, 401, 403, 413, 415, 422, 503),
  },
};

const getBudgets: ZodOpenApiOperationObject = {
  operationId: 'get_budgets',
  summary: 'How many alerts a person may get',
  description: 'With `user_id` also how many of them that person has used and left.',
  tags,
  requestParams: { query: z.object({ user_id: userId.optional() }) },
  responses: {
    200: { ...json('The budgets', budgetReportSchema), headers },
    ...refused(400, 401, 403, 503),
  },
};

const putBudgets: ZodOpenApiOperationObject = {
  operationId: 'put_budgets',
  summary: 'Change how many alerts a person may get',
  description: 'Needs the scope `admin`.',
  tags,
  requestParams,
  requestBody: body(budgetsSchema),
  responses: {
    200: { ...json('The budgets', budgetReportSchema), headers },
    ...refused(400, 401, 403, 412, 413, 415, 422, 503),
  },
};

export const alertRoutingPaths: ZodOpenApiPathsObject = {
  '/routes': { get: getRoutes, put: putRoutes },
  '/routes/test': { post: testRoutes },
  '/budgets': { get: getBudgets, put: putBudgets },
};
