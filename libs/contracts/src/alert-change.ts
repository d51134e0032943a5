import { z } from 'zod';
import {
  alertDetailsSchema,
  alertKindField,
  alertReasons,
  alertStatusSchema,
  evidenceSchema,
  severitySchema,
} from './alert-signal.ts';
import { idField, nameField, utcField } from './fields.ts';

/** Why an alert ended: the reasons of signals, or a person resolved it. */
export const resolutionReasons = [...alertReasons, 'manual'] as const;
export type ResolutionReason = (typeof resolutionReasons)[number];

export const resolutionReasonField = z
  .enum(resolutionReasons)
  .describe('Why it is resolved; manual: somebody resolved it by hand');

/** What people do to an alert. */
export const alertActions = [
  'acknowledged',
  'unacknowledged',
  'snoozed',
  'resolved',
  'useful',
  'not_useful',
] as const;

/** A change is caused by a signal, which it names, or by a person's action. */
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
    signal_id: idField.exactOptional().describe('The signal that caused it'),
    transition_id: idField.exactOptional().describe('The transition that the signal names'),
    action: z.enum(alertActions).exactOptional().describe('What somebody did'),
    by: z.string().min(1).max(256).exactOptional().describe('Who did it: a key, or the channel of a link'),
    acknowledged_until: utcField
      .nullable()
      .exactOptional()
      .describe('When the acknowledgement ends; null: it has no end'),
    evidence: evidenceSchema.exactOptional(),
    ...alertDetailsSchema.shape,
    reason: resolutionReasonField.exactOptional(),
  })
  .meta({ id: 'AlertChange' });

export type AlertChange = z.infer<typeof alertChangeSchema>;
