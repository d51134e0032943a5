import {
  acceptedSchema,
  alertListSchema,
  alertSchema,
  flatBodySchema,
  healthSchema,
  metrics,
  problemDocumentSchema,
  reservedSources,
} from '@bridge/contracts';
import { z } from 'zod';
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi';

const refusals = {
  400: 'The body is no JSON, or a parameter does not validate',
  401: 'No key, or one that is unknown or revoked',
  403: 'The key lacks the scope, or is not for this user',
  404: 'There is nothing here, or nothing that this key may see',
  413: 'The body is larger than 1 MiB',
  415: 'The body has another content type',
  422: 'Fields do not validate; `errors` lists them',
  503: 'Nothing durable can be reached; try again after `Retry-After`',
} as const;

function refused(...statuses: (keyof typeof refusals)[]) {
  return Object.fromEntries(
    statuses.map((status) => [
      String(status),
      {
        description: refusals[status],
        content: { 'application/problem+json': { schema: problemDocumentSchema } },
      },
    ]),
  );
}

const userId = z.string().min(1).max(256).meta({ description: 'The person' });

/** The guides' curl commands name no JSON content type, so the body is read as JSON under the form type too. */
const flatBody = {
  required: true,
  content: {
    'application/json': { schema: flatBodySchema },
    'application/x-www-form-urlencoded': { schema: flatBodySchema },
  },
};

function webhook(source: string): ZodOpenApiOperationObject {
  return {
    operationId: `receive_${source}`,
    summary: `One measurement of ${source}`,
    description:
      `Event fields and metrics side by side; an event_id or a timestamp is needed. ` +
      `Metrics: ${Object.keys(metrics).join(', ')}.`,
    tags: ['webhook-ingest'],
    requestBody: flatBody,
    responses: {
      202: {
        description: 'Durable: on Kafka with acks=all, or committed in PostgreSQL',
        content: { 'application/json': { schema: acceptedSchema } },
      },
      ...refused(400, 401, 403, 413, 415, 422, 503),
    },
  };
}

const listAlerts: ZodOpenApiOperationObject = {
  operationId: 'list_alerts',
  summary: 'Alerts, newest first',
  tags: ['alerts'],
  requestParams: {
    query: z.object({
      user_id: userId.optional(),
      status: z.enum(['firing', 'resolved']).optional(),
      limit: z.int().min(1).max(500).optional(),
    }),
  },
  responses: {
    200: { description: 'The alerts', content: { 'application/json': { schema: alertListSchema } } },
    ...refused(400, 401, 403, 503),
  },
};

const getAlert: ZodOpenApiOperationObject = {
  operationId: 'get_alert',
  summary: 'One alert',
  tags: ['alerts'],
  requestParams: { path: z.object({ alert_id: z.string().regex(/^[0-9a-f]{32}$/) }) },
  responses: {
    200: { description: 'The alert', content: { 'application/json': { schema: alertSchema } } },
    ...refused(401, 403, 404, 503),
  },
};

const stream: ZodOpenApiOperationObject = {
  operationId: 'stream',
  summary: 'Events, transitions and alert changes as they happen',
  description:
    'Server-sent events named `event`, `transition`, `alert` (data as on their topics) and `reset` (the id is ' +
    'unknown or too old: read the state anew). Send the last id back as `Last-Event-ID` to go on from there.',
  tags: ['stream-gateway'],
  requestParams: {
    query: z.object({ user_id: userId.optional() }),
    header: z.object({ 'Last-Event-ID': z.string().max(1024).optional() }),
  },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...refused(400, 401, 403, 503),
  },
};

const healthAnswer = { content: { 'application/json': { schema: healthSchema } } };
const plain = (description: string) => ({ description, content: { 'text/plain': { schema: z.string() } } });
const state = (description: string) => ({
  description,
  content: { 'application/json': { schema: z.object({ status: z.string() }) } },
});

function ops(path: string, summary: string, responses: ZodOpenApiOperationObject['responses']) {
  return { get: { operationId: path, summary, tags: ['operations'], security: [], responses } };
}

const operations: ZodOpenApiPathsObject = {
  '/health': ops('health', 'State of each component', {
    200: { description: 'Healthy or degraded', ...healthAnswer },
    503: { description: 'Unhealthy', ...healthAnswer },
  }),
  '/ready': ops('ready', 'Connected and joined', { 200: state('Ready'), 503: state('Not ready') }),
  '/live': ops('live', 'The process runs', { 200: state('Alive') }),
  '/metrics': ops('metrics', 'Prometheus text format 0.0.4', { 200: plain('The metrics') }),
};

/** The routes on the bridge's one origin. */
export function openApiDocument() {
  return createDocument({
    openapi: '3.1.0',
    info: { title: 'Biometric bridge', version: '0.1.0', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: 'http://localhost:8888' }],
    security: [{ key: [] }],
    paths: {
      ...Object.fromEntries(
        reservedSources.map((source) => [`/webhooks/${source}`, { post: webhook(source) }]),
      ),
      '/alerts': { get: listAlerts },
      '/alerts/{alert_id}': { get: getAlert },
      '/stream': { get: stream },
      ...operations,
    },
    components: {
      securitySchemes: { key: { type: 'http', scheme: 'bearer', description: 'An API key' } },
    },
  });
}
