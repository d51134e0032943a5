import {
  channelBodySchema,
  channelListSchema,
  channelSchema,
  channelTestSchema,
  slugField,
} from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { body, json, refused } from './answers.ts';
import { linkHeader, pageParameters } from './paging.ts';

const tags = ['alerts'];
const description = 'Needs the scope `admin`, by a key that is not limited to some persons.';
const requestParams = { path: z.object({ name: slugField }) };

const list: ZodOpenApiOperationObject = {
  operationId: 'list_channels',
  summary: 'Channels, by name',
  description,
  tags,
  requestParams: { query: z.object(pageParameters) },
  responses: {
    200: { ...json('The channels', channelListSchema), headers: linkHeader },
    ...refused(400, 401, 403, 503),
  },
};

const get: ZodOpenApiOperationObject = {
  operationId: 'get_channel',
  summary: 'One channel',
  description,
  tags,
  requestParams,
  responses: { 200: json('The channel', channelSchema), ...refused(400, 401, 403, 404, 503) },
};

const put: ZodOpenApiOperationObject = {
  operationId: 'put_channel',
  summary: 'Make or change a channel',
  description: `${description} A channel that is disabled stays so.`,
  tags,
  requestParams,
  requestBody: body(channelBodySchema),
  responses: {
    200: json('The changed channel', channelSchema),
    201: json('The new channel', channelSchema),
    ...refused(400, 401, 403, 409, 413, 415, 422, 503),
  },
};

const remove: ZodOpenApiOperationObject = {
  operationId: 'delete_channel',
  summary: 'Delete a channel that no route names',
  description,
  tags,
  requestParams,
  responses: { 204: { description: 'It is gone' }, ...refused(400, 401, 403, 404, 409, 503) },
};

const test: ZodOpenApiOperationObject = {
  operationId: 'test_channel',
  summary: 'Send a test notification at once',
  description,
  tags,
  requestParams,
  responses: { 200: json('The result', channelTestSchema), ...refused(401, 403, 404, 409, 503) },
};

function turn(operationId: string, summary: string): ZodOpenApiOperationObject {
  const responses = { 200: json('The channel', channelSchema), ...refused(401, 403, 404, 503) };
  return { operationId, summary, description, tags, requestParams, responses };
}

export const alertChannelPaths: ZodOpenApiPathsObject = {
  '/channels': { get: list },
  '/channels/{name}': { get, put, delete: remove },
  '/channels/{name}/test': { post: test },
  '/channels/{name}/enable': { post: turn('enable_channel', 'Send over this channel again') },
  '/channels/{name}/disable': { post: turn('disable_channel', 'Send nothing over this channel') },
};
