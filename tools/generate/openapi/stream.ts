import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { refused, userId } from './answers.ts';

const tags = ['stream-gateway'];

const stream: ZodOpenApiOperationObject = {
  operationId: 'stream',
  summary: 'Events, transitions, alert changes and insights as they happen',
  description:
    'Server-sent events named `event`, `transition`, `alert`, `insight` (data as on their topics) and `reset` (the id is ' +
    'unknown or too old: read the state anew). Send the last id back to go on from there.',
  tags,
  requestParams: {
    query: z.object({
      user_id: z
        .array(userId)
        .max(50)
        .optional()
        .describe('Once per person; absent: everyone whom the key may see'),
      last_event_id: z.string().max(1024).optional().describe('For clients that cannot send the header'),
    }),
    header: z.object({ 'Last-Event-ID': z.string().max(1024).optional() }),
  },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...refused(400, 401, 403, 503),
  },
};

export const streamPaths: ZodOpenApiPathsObject = { '/stream': { get: stream } };
