import { z } from 'zod';
import { alertChangeKinds } from './alert-change.ts';
import { deliverySchema } from './alert-delivery.ts';
import {
  alertKindField,
  alertDetailsSchema,
  alertStatusSchema,
  evidenceSchema,
  resolutionReasons,
  severitySchema,
} from './alert-signal.ts';
import { idField, nameField, nextCursorField, sourceField, utcField } from './fields.ts';

const acknowledgementSchema = z.object({
  by: z.string().min(1).max(256),
  at: utcField,
  until: utcField.nullable().describe('null: until it ends'),
});

/** Why nobody is told of an open alert at present. */
const holdSchema = z.object({
  reason: z.enum(['silenced', 'inhibited', 'acknowledged', 'quiet_hours', 'budget', 'info', 'no_route']),
  since: utcField,
  by: z.string().exactOptional().describe('The silence or the alert that holds it'),
  until: utcField.exactOptional(),
});

/** One episode as `GET /alerts` shows it. */
export const alertSchema = z
  .object({
    alert_id: idField,
    user_id: nameField,
    kind: alertKindField,
    status: alertStatusSchema,
    severity: severitySchema,
    opened_at: utcField,
    updated_at: utcField,
    resolved_at: utcField.nullable(),
    version: z.int().min(1).describe('Counts the changes of the episode'),
    source: sourceField,
    evidence: evidenceSchema,
    transition_id: idField.exactOptional().describe('The mode transition of the newest signal'),
    acknowledged: acknowledgementSchema.exactOptional(),
    hold: holdSchema.exactOptional(),
    comment: z.string().exactOptional().describe('Of the person who resolved it'),
    ...alertDetailsSchema.shape,
    reason: z.enum(resolutionReasons).exactOptional().describe('Why it is resolved'),
  })
  .meta({ id: 'Alert' });

export type Alert = z.infer<typeof alertSchema>;

/** One change in the history of an alert. */
const historyEntrySchema = z.object({
  change: z.enum(alertChangeKinds),
  at: utcField,
  from: alertStatusSchema.nullable(),
  to: alertStatusSchema,
  severity: severitySchema,
  summary: z.string().exactOptional(),
  reason: z.enum(resolutionReasons).exactOptional(),
  by: z.string().exactOptional(),
  comment: z.string().exactOptional(),
});

/** `GET /alerts/{alert_id}`. */
export const alertDetailSchema = z
  .object({
    ...alertSchema.shape,
    history: z.array(historyEntrySchema).describe('Oldest first; the newest 200'),
    deliveries: z
      .array(deliverySchema)
      .describe(
        'Who was told, and with what result: the newest 20. `GET /alerts/{alert_id}/deliveries` lists all',
      ),
    decision: z
      .object({ transition_id: idField })
      .exactOptional()
      .describe('Of the newest signal: `npm run bridge -- explain <transition_id>` says why it was raised'),
  })
  .meta({ id: 'AlertDetail' });
export type AlertDetail = z.infer<typeof alertDetailSchema>;

/** Newest first. */
export const alertListSchema = z
  .object({ alerts: z.array(alertSchema), next: nextCursorField })
  .meta({ id: 'AlertList' });
export type AlertList = z.infer<typeof alertListSchema>;
