import { z } from 'zod';
import { idField, metricField, nameField, sourceField, timestampField, utcField } from './fields.ts';
import { contextSchema } from './reading.ts';

export const severities = ['critical', 'warning', 'info'] as const;
export const severitySchema = z.enum(severities);
export type Severity = (typeof severities)[number];

export const alertStatuses = ['firing', 'resolved'] as const;
export const alertStatusSchema = z.enum(alertStatuses);
export type AlertStatus = (typeof alertStatuses)[number];

export const alertKindField = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/, 'must be a kind such as mode.reflex');

export const evidenceSchema = z
  .object({
    rules: z.array(z.string().min(1).max(64)).max(64),
    readings: z
      .array(
        z.object({
          metric: metricField,
          value: z.number(),
          unit: z.string().min(1).max(32),
          at: timestampField.describe('When it was measured'),
          context: contextSchema.exactOptional(),
          source: sourceField.exactOptional(),
        }),
      )
      .max(100),
  })
  .meta({ id: 'Evidence' });
export type Evidence = z.infer<typeof evidenceSchema>;

export const alertStateSignalSchema = z
  .object({
    signal_id: idField,
    alert_id: idField.describe('The episode: the same while it fires and when it resolves'),
    user_id: nameField,
    kind: alertKindField,
    status: alertStatusSchema,
    severity: severitySchema,
    at: utcField,
    source: sourceField.describe('The service or partner that sends it'),
    transition_id: idField.exactOptional(),
    evidence: evidenceSchema,
  })
  .meta({ id: 'AlertStateSignal' });
export type AlertStateSignal = z.infer<typeof alertStateSignalSchema>;

/** Sent every 15 s; its absence shows that a producer is gone. */
export const heartbeatSignalSchema = z
  .object({ signal_id: idField, status: z.literal('heartbeat'), source: sourceField, at: utcField })
  .meta({ id: 'HeartbeatSignal' });
export type HeartbeatSignal = z.infer<typeof heartbeatSignalSchema>;

export const alertSignalSchema = z
  .discriminatedUnion('status', [alertStateSignalSchema, heartbeatSignalSchema])
  .meta({ id: 'AlertSignal' });
export type AlertSignal = z.infer<typeof alertSignalSchema>;
