import { z } from 'zod';
import { idField, metricField, nameField, utcField } from './fields.ts';
import { modeTransitionSchema } from './mode-transition.ts';
import { modeSchema } from './modes.ts';
import { contextSchema } from './reading.ts';

const ruleNames = z.array(z.string());

/** How far a reading lies from a rule's threshold and from the person's usual. */
const comparisonSchema = z.looseObject({
  rule: z.string(),
  of: z.string().exactOptional().describe('What is compared where it is not the reading itself'),
  value: z.number().exactOptional(),
  threshold: z.number().exactOptional(),
  beyond: z.number().exactOptional().describe('Distance beyond the threshold; negative: short of it'),
  usual: z.number().exactOptional(),
  spread: z.number().exactOptional(),
  days: z.number().exactOptional(),
  z: z.number().exactOptional(),
  lacksRest: z.literal(true).exactOptional(),
});

const signalSchema = z.looseObject({
  metric: metricField,
  value: z.number(),
  at: utcField,
  context: contextSchema,
  fate: z
    .enum(['input', 'late', 'stale', 'active', 'superseded', 'unconfirmed', 'vetoed'])
    .describe('`input` of the rules, or why not'),
  band: z.string().exactOptional().describe("The vendor's own word for the value"),
  comparisons: z.array(comparisonSchema),
});

/** The line of `npm run bridge -- explain --json`. Later versions may add fields. */
const findingSchema = z.looseObject({
  kind: z.enum(['switch', 'no_switch', 'not_decided']),
  mode: modeSchema.nullable().exactOptional().describe('Of `no_switch`: the mode that stays'),
  transition: modeTransitionSchema.nullable().exactOptional(),
  confidence: z.number().exactOptional(),
  recomputed: z.enum(['identical', 'different', 'older_policy']).exactOptional(),
  signals: z.array(signalSchema).exactOptional(),
  rulesFired: ruleNames.exactOptional(),
  rulesHeld: ruleNames.exactOptional(),
  evidence: z.array(z.looseObject({ metric: metricField, value: z.number() })).exactOptional(),
  counted: z.record(z.string(), z.string()).exactOptional(),
  reason: z.string().exactOptional().describe('Of `not_decided`'),
  because: z.string().exactOptional().describe('Of `not_decided`: the end of a sentence'),
});

/** `GET /decisions/{id}`: of an event or a transition. */
export const explainedDecisionSchema = z
  .object({
    decision: findingSchema,
    sentences: z.array(z.string()).describe('The same as text, a line each'),
    user_id: nameField,
    transition_id: idField.exactOptional(),
    event_id: idField.exactOptional(),
    identical: z.boolean().describe('Deciding it again gave the same result'),
  })
  .meta({ id: 'ExplainedDecision' });
export type ExplainedDecision = z.infer<typeof explainedDecisionSchema>;
