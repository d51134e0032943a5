import { groupBodySchema, groupListSchema, groupSchema, slugField } from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { body, json, refused } from './answers.ts';
import { linkHeader, pageParameters } from './paging.ts';

const tags = ['alerts'];
const description = 'Needs the scope `admin`, by a key that is not limited to some persons.';
const requestParams = { path: z.object({ name: slugField }) };

const list: ZodOpenApiOperationObject = {
  operationId: 'list_groups',
  summary: 'Groups of persons, by name',
  description,
  tags,
  requestParams: { query: z.object(pageParameters) },
  responses: {
    200: { ...json('The groups', groupListSchema), headers: linkHeader },
    ...refused(400, 401, 403, 503),
  },
};

const get: ZodOpenApiOperationObject = {
  operationId: 'get_group',
  summary: 'One group and its members',
  description,
  tags,
  requestParams,
  responses: { 200: json('The group', groupSchema), ...refused(400, 401, 403, 404, 503) },
};

const put: ZodOpenApiOperationObject = {
  operationId: 'put_group',
  summary: 'Make or change a group',
  description,
  tags,
  requestParams,
  requestBody: body(groupBodySchema),
  responses: {
    200: json('The changed group', groupSchema),
    201: json('The new group', groupSchema),
    ...refused(400, 401, 403, 409, 413, 415, 422, 503),
  },
};

const remove: ZodOpenApiOperationObject = {
  operationId: 'delete_group',
  summary: 'Delete a group that no route names',
  description,
  tags,
  requestParams,
  responses: { 204: { description: 'It is gone' }, ...refused(400, 401, 403, 404, 409, 503) },
};

export const alertGroupPaths: ZodOpenApiPathsObject = {
  '/groups': { get: list },
  '/groups/{name}': { get, put, delete: remove },
};
