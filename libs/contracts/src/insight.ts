import { z } from 'zod';
import { answerChoicesField } from './alert-signal.ts';
import { idField, nameField, seqField, utcField } from './fields.ts';

export const insightKinds = [
  'hypothesis_opened',
  'hypothesis_settled',
  'band_exit',
  'band_return',
  'trend',
  'recurring_time',
  'recurring_weekday',
  'baseline_ready',
  'device_learning',
  'illness_score',
  'weekly_cv',
] as const;

export type InsightKind = (typeof insightKinds)[number];

/** Something worth telling that switches nothing. */
export const insightSchema = z
  .object({
    insight_id: idField,
    user_id: nameField,
    seq: seqField.describe("The person's decision"),
    at: utcField,
    kind: z.enum(insightKinds),
    rule: z.string().min(1).max(64).exactOptional(),
    hypothesis_id: idField.exactOptional(),
    question: z.string().min(1).max(1_000).exactOptional(),
    answers: answerChoicesField.exactOptional(),
    status: z
      .enum(['open', 'refuted', 'answered', 'confirmed', 'expired', 'stale', 'withdrawn'])
      .exactOptional()
      .describe('Of a hypothesis'),
    summary: z.string().min(1).max(1_000),
    data: z
      .record(z.string().max(64), z.union([z.string().max(256), z.number()]))
      .exactOptional()
      .describe('The figures, rounded for people'),
  })
  .meta({ id: 'Insight' });

export type Insight = z.infer<typeof insightSchema>;
