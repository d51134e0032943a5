import { healthSchema } from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiPathsObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { json } from './answers.ts';

function open(operationId: string, summary: string, responses: ZodOpenApiResponsesObject) {
  return { get: { operationId, summary, tags: ['operations'], security: [], responses } };
}

const state = z.object({ status: z.string() });
const text = { description: 'The metrics', content: { 'text/plain': { schema: z.string() } } };

/** The operations routes of every service. The edge serves those of cognition. */
export const operationsPaths: ZodOpenApiPathsObject = {
  '/live': open('live', 'The process runs', { 200: json('Live', state) }),
  '/ready': open('ready', 'Connected and joined', {
    200: json('Ready', state),
    503: json('Not ready', state),
  }),
  '/health': open('health', 'State of each component', {
    200: json('Healthy or degraded', healthSchema),
    503: json('Unhealthy', healthSchema),
  }),
  '/metrics': open('metrics', 'Prometheus text format 0.0.4', { 200: text }),
};
