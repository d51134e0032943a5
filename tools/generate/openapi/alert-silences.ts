import { silenceBodySchema, silenceListSchema, silenceSchema, silenceStates } from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { body, json, refused } from './answers.ts';
import { linkHeader, pageParameters } from './paging.ts';

const tags = ['alerts'];
const requestParams = { path: z.object({ silence_id: z.uuid() }) };

const list: ZodOpenApiOperationObject = {
  operationId: 'list_silences',
  summary: 'Silences, the latest to begin first',
  description: 'A key that is for some persons sees those silences that name only them.',
  tags,
  requestParams: { query: z.object({ state: z.enum(silenceStates).default('active'), ...pageParameters }) },
  responses: {
    200: { ...json('The silences', silenceListSchema), headers: linkHeader },
    ...refused(400, 401, 403, 503),
  },
};

const post: ZodOpenApiOperationObject = {
  operationId: 'begin_silence',
  summary: 'Hold notifications for a time',
  description: 'At most 90 days. A key that is for some persons must name them in `match.user_id`.',
  tags,
  requestBody: body(silenceBodySchema),
  responses: {
    201: {
      ...json('The silence', silenceSchema),
      headers: z.object({ Location: z.string().describe('Its path') }),
    },
    ...refused(400, 401, 403, 409, 413, 415, 422, 503),
  },
};

const get: ZodOpenApiOperationObject = {
  operationId: 'get_silence',
  summary: 'One silence, an ended one too',
  tags,
  requestParams,
  responses: { 200: json('The silence', silenceSchema), ...refused(400, 401, 403, 404, 503) },
};

const end: ZodOpenApiOperationObject = {
  operationId: 'end_silence',
  summary: 'End a silence now',
  description: 'It stays in the list of those that expired.',
  tags,
  requestParams,
  responses: { 204: { description: 'It has ended' }, ...refused(400, 401, 403, 404, 503) },
};

export const alertSilencePaths: ZodOpenApiPathsObject = {
  '/silences': { get: list, post },
  '/silences/{silence_id}': { get, delete: end },
};
