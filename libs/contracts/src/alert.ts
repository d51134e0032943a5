import { z } from 'zod';
import {
  alertKindField,
  alertDetailsSchema,
  alertStatusSchema,
  evidenceSchema,
  severitySchema,
} from './alert-signal.ts';
import { idField, nameField, sourceField, utcField } from './fields.ts';

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
    ...alertDetailsSchema.shape,
  })
  .meta({ id: 'Alert' });

export type Alert = z.infer<typeof alertSchema>;

/** Newest first. */
export const alertListSchema = z.object({ alerts: z.array(alertSchema) }).meta({ id: 'AlertList' });
export type AlertList = z.infer<typeof alertListSchema>;
