import { z } from 'zod';
import { slugField } from './alert-routing.ts';
import { idField, nextCursorField, utcField } from './fields.ts';

export const deliveryStatuses = ['pending', 'delivered', 'exhausted', 'refused', 'gone', 'dropped'] as const;
export type DeliveryStatus = (typeof deliveryStatuses)[number];

const attemptSchema = z.object({
  attempt: z.int().min(1),
  started_at: utcField,
  ended_at: utcField.nullable(),
  result: z
    .enum(['delivered', 'failed', 'refused', 'gone'])
    .nullable()
    .describe('null: it runs, or its process died'),
  reason: z
    .string()
    .nullable()
    .describe('Such as `timeout` or `server_error`; nothing that the receiver wrote'),
  http_status: z.int().nullable(),
});

const stepSchema = z.object({
  alert_id: idField,
  step: z.int().min(1).describe('Counts what the channel was told of the alert'),
  reason: z.string().describe('Such as `fired`, `raised` or `resolved`'),
  route: z.string().describe('The route that asked for it'),
});

/** One message to one channel, and what became of it. */
export const deliverySchema = z
  .object({
    delivery_id: idField.describe('The idempotency key of every attempt'),
    channel: slugField,
    status: z
      .enum(deliveryStatuses)
      .describe(
        'Given up: `exhausted`, `refused`, `gone` (410) or `dropped` (no channel, or no person any more)',
      ),
    created_at: utcField,
    due_at: utcField.describe('When the next attempt is due, or the last one was'),
    settled_at: utcField.nullable(),
    steps: z.array(stepSchema),
    attempts: z.array(attemptSchema),
  })
  .meta({ id: 'Delivery' });
export type Delivery = z.infer<typeof deliverySchema>;

/** Newest first. */
export const deliveryListSchema = z
  .object({
    deliveries: z.array(deliverySchema),
    next: nextCursorField,
  })
  .meta({ id: 'DeliveryList' });
export type DeliveryList = z.infer<typeof deliveryListSchema>;
