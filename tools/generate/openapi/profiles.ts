import { acceptedSchema, answerBodySchema, profileBodySchema, profileSchema } from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused, userId } from './answers.ts';

const tags = ['webhook-ingest'];
const requestParams = { path: z.object({ user_id: userId }) };
const security = [{ key: [] }, { key_header: [] }, { session: [] }];

const get: ZodOpenApiOperationObject = {
  operationId: 'get_profile',
  summary: "A person's profile",
  description: 'Needs the scope `stream`. A field that was never stated is absent.',
  tags,
  security,
  requestParams,
  responses: { 200: json('The profile', profileSchema), ...refused(401, 403, 404, 503) },
};

const put: ZodOpenApiOperationObject = {
  operationId: 'put_profile',
  summary: "Change a person's profile",
  description:
    'Needs the scope `profile`. Fields that are left out stay as they were. The same profile again is no event.',
  tags,
  security,
  requestParams,
  requestBody: { required: true, content: { 'application/json': { schema: profileBodySchema } } },
  responses: {
    200: json('The profile holds all of this already', acceptedSchema),
    202: json('Durable, with its event', acceptedSchema),
    ...refused(400, 401, 403, 413, 415, 422, 429, 503),
  },
};

const post: ZodOpenApiOperationObject = {
  operationId: 'answer',
  summary: 'Answer a question or an alert',
  description:
    'Needs the scope `alerts`. Whether the question is still open is decided afterwards, and `explain` says so. ' +
    'The same answer is the same event under the same event_id, or at the same timestamp, or within the same minute.',
  tags,
  security,
  requestParams,
  requestBody: { required: true, content: { 'application/json': { schema: answerBodySchema } } },
  responses: {
    200: json('Accepted before, with the same content', acceptedSchema),
    202: json('Durable', acceptedSchema),
    ...refused(400, 401, 403, 409, 413, 415, 422, 429, 503),
  },
};

export const profilePaths: ZodOpenApiPathsObject = {
  '/users/{user_id}/profile': { get, put },
  '/users/{user_id}/answers': { post },
};
