import { modeSchema, severities } from '@bridge/contracts';
import { z } from 'zod';
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi';
import { json, refused, userId } from './answers.ts';

const tags = ['stream-gateway'];
const time = z.string().describe('RFC 3339');

const stream: ZodOpenApiOperationObject = {
  operationId: 'stream',
  summary: 'Events, transitions, alert changes and insights as they happen',
  description:
    'Server-sent events named `event`, `transition`, `alert`, `insight` (data as on their topics). A new stream begins with ' +
    '`snapshot`: how the persons are, or for many persons how many are in each mode. Send the last id back to go on from there, ' +
    'at any replica, with no gap and no repetition. `reset` says with a `reason` that frames may be missing, and a `snapshot` ' +
    'follows; `lagging` that frames for a slow reader were `merged`: newer values of the same kind stand for older ones, alerts ' +
    'and insights are all there; `end` says with a `reason` why the server ends the stream.',
  tags,
  requestParams: {
    query: z.object({
      user_id: z
        .array(userId)
        .max(50)
        .optional()
        .describe('Once per person; absent: everyone whom the key may see'),
      kind: z.array(z.enum(['event', 'transition', 'alert', 'insight'])).optional(),
      mode: z.array(modeSchema).optional().describe('Of transitions only those to these modes'),
      severity: z.enum(severities).optional().describe('Of alerts only those at least as severe'),
      last_event_id: z.string().max(8192).optional().describe('For clients that cannot send the header'),
      ticket: z.string().max(256).optional().describe('From `/stream/ticket`, instead of a key'),
    }),
    header: z.object({ 'Last-Event-ID': z.string().max(8192).optional() }),
  },
  responses: {
    200: { description: 'The stream', content: { 'text/event-stream': { schema: z.string() } } },
    ...refused(400, 401, 403, 404, 429, 503),
  },
};

const ticket = (operationId: string): ZodOpenApiOperationObject => ({
  operationId,
  summary: 'A ticket that opens one stream within 30 seconds',
  description: 'For an EventSource of another origin, which can send neither a key nor a cookie.',
  tags,
  responses: {
    200: json('The ticket', z.object({ ticket: z.string(), expires_at: time })),
    ...refused(401, 403, 503),
  },
});

export const streamPaths: ZodOpenApiPathsObject = {
  '/stream': { get: stream },
  '/stream/ticket': { get: ticket('stream_ticket'), post: ticket('create_stream_ticket') },
};
