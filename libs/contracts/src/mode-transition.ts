import { z } from 'zod';
import { hashField, idField, nameField, seqField, utcField } from './fields.ts';
import { modeSchema } from './modes.ts';

const ruleNames = z.array(z.string().min(1).max(64)).max(64);

export const modeTransitionSchema = z
  .object({
    transition_id: idField,
    user_id: nameField,
    seq: seqField.describe("Position among the person's decisions"),
    from: modeSchema.nullable().describe("null: the person's first decision"),
    to: modeSchema,
    at: utcField,
    confidence: z.number().min(0).max(1),
    reason: z.string().min(1).max(64).describe('The deciding rule, or why the mode ended'),
    rules_fired: ruleNames,
    rules_held: ruleNames,
    cause: z.union([
      z.object({ event_id: idField }),
      z.object({ due: utcField.describe('The due time of the tick') }),
    ]),
    rule_set: hashField.describe('SHA-256 of the rules that decided'),
    policy_version: z.int().min(1),
    summary: z.string().min(1).max(1_000).exactOptional().describe('One sentence with the numbers'),
    advice: z.string().min(1).max(1_000).exactOptional().describe('What to do now'),
  })
  .meta({ id: 'ModeTransition' });

export type ModeTransition = z.infer<typeof modeTransitionSchema>;
