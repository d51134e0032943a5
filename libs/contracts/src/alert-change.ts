import { z } from 'zod';
import {
  alertKindField,
  alertDetailsSchema,
  alertStatusSchema,
  evidenceSchema,
  severitySchema,
} from './alert-signal.ts';
import { idField, nameField, utcField } from './fields.ts';

export const alertChangeSchema = z
  .object({
    change_id: idField,
    alert_id: idField,
    user_id: nameField,
    kind: alertKindField,
    from: alertStatusSchema.nullable().describe('null: the episode opens'),
    to: alertStatusSchema,
    severity: severitySchema,
    at: utcField,
    signal_id: idField.describe('The signal that caused it'),
    evidence: evidenceSchema.exactOptional(),
    ...alertDetailsSchema.shape,
  })
  .meta({ id: 'AlertChange' });

export type AlertChange = z.infer<typeof alertChangeSchema>;
