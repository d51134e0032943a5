import { z } from 'zod';
import {
  alertDetailsSchema,
  alertKindField,
  alertStatusSchema,
  evidenceSchema,
  resolutionReasons,
  severitySchema,
} from './alert-signal.ts';
import { idField, nameField, utcField } from './fields.ts';

/** A change of an alert, from the producer's point of view or by a person's action. */
export const alertChangeKinds = [
  'fired',
  'reopened',
  'raised',
  'updated',
  'unconfirmed',
  'resolved',
  'resolved_by_hand',
  'acknowledged',
  'unacknowledged',
  'snoozed',
  'useful',
  'not_useful',
] as const;
export type AlertChangeKind = (typeof alertChangeKinds)[number];

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
    signal_id: idField.exactOptional().describe("The signal that caused it; a person's action has none"),
    transition_id: idField.exactOptional().describe('The mode transition that the signal names'),
    change: z.enum(alertChangeKinds).exactOptional(),
    by: z.string().min(1).max(256).exactOptional().describe('Who acted'),
    comment: z.string().max(1_000).exactOptional(),
    acknowledged_until: utcField.nullable().exactOptional().describe('null: until it ends'),
    evidence: evidenceSchema.exactOptional(),
    ...alertDetailsSchema.shape,
    reason: z.enum(resolutionReasons).exactOptional().describe('Why it is resolved'),
  })
  .meta({ id: 'AlertChange' });

export type AlertChange = z.infer<typeof alertChangeSchema>;
