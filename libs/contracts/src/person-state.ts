import { z } from 'zod';
import { answerChoicesField, alertKindField, alertStatusSchema, severitySchema } from './alert-signal.ts';
import { idField, metricField, nameField, sourceField, utcField } from './fields.ts';
import { personRowSchema } from './person-row.ts';
import { readingSchema, contextSchema, statisticSchema } from './reading.ts';

/** The newest reading of a metric from one device. */
const newestReadingSchema = readingSchema
  .pick({ metric: true, value: true, unit: true, context: true, statistic: true, motion: true })
  .extend({
    at: utcField.describe('When it was measured; of an interval, its start'),
    end: utcField.exactOptional().describe('End of the interval'),
    source: sourceField,
    device_id: nameField.exactOptional(),
  })
  .meta({ id: 'NewestReading' });
export type NewestReading = z.infer<typeof newestReadingSchema>;

/** The person's own usual value of a metric from one source, before the newest day. */
const usualValueSchema = z
  .object({
    metric: metricField,
    source: sourceField.exactOptional(),
    context: contextSchema.exactOptional(),
    statistic: statisticSchema.exactOptional(),
    usual: z.number().nullable().describe('null until enough days have a value'),
    low: z.number().nullable(),
    high: z.number().nullable(),
    settled: z.boolean().describe('Enough days have a value'),
    days: z.int().min(0).describe('Days that it rests on'),
    unit: z.string().min(1).max(32),
  })
  .meta({ id: 'UsualValue' });
export type UsualValue = z.infer<typeof usualValueSchema>;

const openHypothesisSchema = z
  .object({
    hypothesis_id: idField,
    rule: z.string().min(1).max(64),
    question: z.string().min(1).max(1_000),
    answers: answerChoicesField,
    opened_at: utcField,
    expires_at: utcField.exactOptional(),
  })
  .meta({ id: 'OpenHypothesis' });
export type OpenHypothesis = z.infer<typeof openHypothesisSchema>;

const openAlertSchema = z
  .object({
    alert_id: idField,
    kind: alertKindField,
    severity: severitySchema,
    status: alertStatusSchema,
    opened_at: utcField,
    summary: z.string().min(1).max(1_000).exactOptional(),
  })
  .meta({ id: 'OpenAlert' });
export type OpenAlertDocument = z.infer<typeof openAlertSchema>;

const sentence = z.string().min(1).max(1_000).nullable();

/** `GET /users/{user_id}/state`. */
export const personStateSchema = z
  .object({
    ...personRowSchema.omit({ alerts: true }).shape,
    reason: z.string().min(1).max(64).nullable().describe('The deciding rule of the newest switch'),
    summary: sentence.describe('One sentence with the numbers'),
    advice: sentence.describe('What to do now'),
    transition_id: idField.nullable().describe('The newest switch'),
    time_zone: z.string().nullable().describe('Of the profile, else an offset such as `+02:00`'),
    readings: z.array(newestReadingSchema).describe('The newest of each metric and device'),
    usual: z.array(usualValueSchema),
    hypotheses: z.array(openHypothesisSchema),
    alerts: z.array(openAlertSchema).describe('Most severe first'),
  })
  .meta({ id: 'PersonStateDocument' });
export type PersonStateDocument = z.infer<typeof personStateSchema>;
