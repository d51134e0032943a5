import { z } from 'zod';
import { alertMatchSchema } from './alert-routing.ts';
import { nextCursorField, utcField, uuidField } from './fields.ts';

export const silenceStates = ['active', 'pending', 'expired'] as const;

/** A silence as the API shows it. */
export const silenceSchema = z
  .object({
    silence_id: uuidField,
    state: z.enum(silenceStates),
    match: alertMatchSchema,
    begins_at: utcField,
    ends_at: utcField,
    comment: z.string(),
    author: z.string().describe('The key that made it'),
    created_at: utcField,
  })
  .meta({ id: 'Silence' });
export type SilenceDocument = z.infer<typeof silenceSchema>;

/** The latest to begin comes first. */
export const silenceListSchema = z
  .object({ silences: z.array(silenceSchema), next: nextCursorField })
  .meta({ id: 'SilenceList' });
export type SilenceList = z.infer<typeof silenceListSchema>;
