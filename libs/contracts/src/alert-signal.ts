import { z } from 'zod';
import {
  idField,
  metricField,
  nameField,
  seqField,
  sourceField,
  timestampField,
  utcField,
} from './fields.ts';
import { modeSchema } from './modes.ts';
import { answers, languages } from './profile.ts';
import { contextSchema } from './reading.ts';

export const severities = ['critical', 'warning', 'info'] as const;
export const severitySchema = z.enum(severities);
export type Severity = (typeof severities)[number];

/** Of an episode. `unconfirmed`: nothing was measured any more that would say whether it is over. */
export const alertStatuses = ['firing', 'unconfirmed', 'resolved'] as const;
export const alertStatusSchema = z.enum(alertStatuses);
export type AlertStatus = (typeof alertStatuses)[number];

export const alertKindField = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/, 'must be a kind such as rule.pulse_high');

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
          device: nameField.exactOptional().describe('The device, where the source names it'),
          threshold: z.number().exactOptional().describe('What it was compared with'),
          usual: z.number().exactOptional().describe("The person's usual value"),
          spread: z.number().exactOptional(),
          days: z.int().min(0).exactOptional().describe('Days that the usual value rests on'),
        }),
      )
      .max(100),
  })
  .meta({ id: 'Evidence' });
export type Evidence = z.infer<typeof evidenceSchema>;

export const alertReasons = [
  'recovered',
  'withdrawn',
  'answered',
  'expired',
  'confirmed',
  'stale',
  'policy_changed',
] as const;

export type AlertReason = (typeof alertReasons)[number];

/** The services that send signals. A partner may not use their names. */
export const signalProducers = ['cognition', 'webhook-ingest', 'alerts'] as const;

/** The person of alerts that concern the bridge itself and nobody's body. */
export const operatorsUserId = 'bridge:operators';

/** Of an alert: a person may end it by hand. */
export const resolutionReasons = [...alertReasons, 'manual'] as const;
export type ResolutionReason = (typeof resolutionReasons)[number];

const sentence = z.string().min(1).max(1_000);

export const answerChoicesField = z.array(z.enum(answers)).max(answers.length);

/** What a signal says to people, beside its evidence; changes and alerts repeat it. */
export const alertDetailsSchema = z.object({
  reason: z.enum(alertReasons).exactOptional().describe('Why it is resolved'),
  unconfirmed_since: utcField.exactOptional().describe('When it was last measured'),
  summary: sentence.exactOptional().describe('One sentence with the numbers'),
  advice: sentence.exactOptional().describe('What to do now'),
  title: z.string().min(1).max(200).exactOptional().describe('Names no value, rule, metric or person'),
  time_zone: z.string().min(1).max(64).exactOptional(),
  language: z.enum(languages).exactOptional(),
  mode: modeSchema.exactOptional(),
  hypothesis_id: idField.exactOptional(),
  question: sentence.exactOptional(),
  answers: answerChoicesField.exactOptional(),
});
export type AlertDetails = z.infer<typeof alertDetailsSchema>;

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
    seq: seqField.exactOptional().describe("The person's decision"),
    index: z.int().min(0).exactOptional().describe('Place among the signals of that decision'),
    ...alertDetailsSchema.shape,
  })
  .meta({ id: 'AlertStateSignal' });
export type AlertStateSignal = z.infer<typeof alertStateSignalSchema>;

/** What shows that a producer not only lives but works. Each is absent where its producer does not know it. */
const heartbeatFigures = {
  active_connections: z
    .int()
    .min(0)
    .exactOptional()
    .describe('Connections to vendors whose data is expected'),
  last_accepted_at: utcField.exactOptional().describe('When an event was last accepted'),
  last_decision_at: utcField.exactOptional().describe('When an event was last decided'),
};

/** Sent every 15 s; its absence shows that a producer is gone. */
export const heartbeatSignalSchema = z
  .object({
    signal_id: idField,
    status: z.literal('heartbeat'),
    source: sourceField,
    at: utcField,
    ...heartbeatFigures,
  })
  .meta({ id: 'HeartbeatSignal' });
export type HeartbeatSignal = z.infer<typeof heartbeatSignalSchema>;
export type HeartbeatFigures = Pick<HeartbeatSignal, keyof typeof heartbeatFigures>;

export const alertSignalSchema = z
  .discriminatedUnion('status', [alertStateSignalSchema, heartbeatSignalSchema])
  .meta({ id: 'AlertSignal' });
export type AlertSignal = z.infer<typeof alertSignalSchema>;
