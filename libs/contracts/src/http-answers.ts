import { z } from 'zod';
import { idField } from './fields.ts';

/** 202: the event is durable, on Kafka or in the outbox. */
export const acceptedSchema = z
  .object({ event_id: idField, status: z.literal('accepted') })
  .meta({ id: 'Accepted' });
export type Accepted = z.infer<typeof acceptedSchema>;

/** RFC 9457, `application/problem+json`. Names fields and rules, never values. */
export const problemDocumentSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().exactOptional(),
    errors: z.array(z.object({ path: z.string(), message: z.string() })).exactOptional(),
    trace_id: z.string().exactOptional().describe('Finds the request in the logs'),
  })
  .meta({ id: 'Problem' });
export type ProblemDocument = z.infer<typeof problemDocumentSchema>;

const state = z.enum(['healthy', 'degraded', 'unhealthy']);

/** 200 while healthy or degraded, 503 while unhealthy. */
export const healthSchema = z
  .object({
    status: state,
    version: z.string(),
    runtime: z.string().exactOptional(),
    components: z.record(z.string(), state),
  })
  .meta({ id: 'Health' });
export type Health = z.infer<typeof healthSchema>;
