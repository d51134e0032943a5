import { z } from 'zod';
import { idField } from './fields.ts';

/** 202 `accepted`: the event is durable, on Kafka or in the outbox. 200 `already_known`: it was before, with the same content. */
export const acceptedSchema = z
  .object({ event_id: idField, status: z.enum(['accepted', 'already_known']) })
  .meta({ id: 'Accepted' });
export type AcceptedBody = z.infer<typeof acceptedSchema>;

const fieldProblem = z.object({ path: z.string(), message: z.string() });

/** One body of a batch. */
const batchResultSchema = z
  .object({
    index: z.int().min(0).describe('Its place in the batch'),
    status: z
      .enum([
        ...acceptedSchema.shape.status.options,
        'duplicate_conflict',
        'malformed',
        'invalid',
        'forbidden',
        'unavailable',
      ])
      .describe('Only `accepted` and `already_known` are durable; what is `unavailable` may be sent again'),
    event_id: idField.exactOptional(),
    detail: z.string().exactOptional(),
    errors: z.array(fieldProblem).readonly().exactOptional(),
  })
  .meta({ id: 'BatchResult' });
export type BatchResult = z.infer<typeof batchResultSchema>;

/** 202: all bodies of a batch are durable. 207: some are. */
export const batchAnswerSchema = z
  .object({ results: z.array(batchResultSchema) })
  .meta({ id: 'BatchAnswer' });
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;

/** RFC 9457, `application/problem+json`. Names fields and rules, never values. */
export const problemDocumentSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string().exactOptional(),
    errors: z.array(fieldProblem).exactOptional(),
    results: z.array(batchResultSchema).exactOptional().describe('Of a batch of which nothing was stored'),
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
