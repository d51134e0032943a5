import { z } from 'zod';
import { resolutionReasonField } from './alert-change.ts';
import {
  alertDetailsSchema,
  alertKindField,
  alertStatusSchema,
  evidenceSchema,
  severitySchema,
} from './alert-signal.ts';
import { idField, nameField, sourceField, utcField } from './fields.ts';

const acknowledgementSchema = z.object({
  by: z.string().min(1).max(256),
  at: utcField,
  until: utcField.nullable().describe('null: it has no end'),
});

const holdSchema = z.object({
  reason: z.enum(['silenced', 'inhibited', 'quiet_hours', 'budget', 'info', 'no_route']),
  since: utcField,
  by: z.string().exactOptional().describe('The silence or the inhibiting alert'),
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
    acknowledged: acknowledgementSchema
      .nullable()
      .exactOptional()
      .describe('Who takes care of it; null: nobody does'),
    hold: holdSchema.exactOptional().describe('Why nobody is told of it at present'),
    ...alertDetailsSchema.shape,
    reason: resolutionReasonField.exactOptional(),
  })
  .meta({ id: 'Alert' });

export type Alert = z.infer<typeof alertSchema>;

/** Newest first. */
export const alertListSchema = z.object({ alerts: z.array(alertSchema) }).meta({ id: 'AlertList' });
export type AlertList = z.infer<typeof alertListSchema>;
