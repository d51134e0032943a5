import { z } from 'zod';
import { nameField, nextCursorField, utcField } from './fields.ts';
import { modeSchema } from './modes.ts';

const count = z.int().min(0);

/** Open alerts of one person. */
const openAlertCounts = z.object({ critical: count, warning: count, info: count });

/** One person as `GET /users` lists them. */
export const personRowSchema = z
  .object({
    user_id: nameField,
    mode: modeSchema.nullable().describe('null before the first decision'),
    since: utcField.nullable().describe('When the mode was entered; null where no switch is recorded'),
    seq: z.int().min(0).describe("The person's decisions so far"),
    updated_at: utcField.nullable().describe('When the last decision was written'),
    last_event_at: utcField.nullable().describe('Measured time of the newest event'),
    stale: z.boolean().describe('No event for 24 hours'),
    alerts: openAlertCounts,
    urgency: count.describe('Higher is more urgent: the most severe open alert, then the mode'),
  })
  .meta({ id: 'PersonRow' });
export type PersonRow = z.infer<typeof personRowSchema>;

/** `GET /users`. The counts are over everybody whom the key may see and whom `q` matches, not over the page. */
export const personListSchema = z
  .object({
    users: z.array(personRowSchema),
    counts: z.object({
      total: count,
      by_mode: z.object({
        reflex: count,
        guardian: count,
        hypothesis: count,
        pattern: count,
        none: count.describe('Before their first decision'),
      }),
      alerting: count.describe('With an open alert that is critical or a warning'),
      stale: count,
    }),
    search: z
      .enum(['full', 'exact'])
      .describe('`exact`: there are too many people to search for parts of a name; `q` must be a whole id'),
    next: nextCursorField,
  })
  .meta({ id: 'PersonList' });
export type PersonList = z.infer<typeof personListSchema>;
