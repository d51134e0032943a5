import { z } from 'zod';
import { nameField, nextCursorField, sourceField, utcField } from './fields.ts';
import { readingSchema } from './reading.ts';

/** One night (or nap) as one device recorded it. */
const nightSchema = z
  .object({
    date: z.iso.date().describe('The local day on which it ended'),
    start: utcField,
    end: utcField,
    source: sourceField,
    device_id: nameField.exactOptional(),
    readings: z.array(readingSchema.pick({ metric: true, value: true, unit: true, statistic: true })),
  })
  .meta({ id: 'Night' });
export type Night = z.infer<typeof nightSchema>;

/** `GET /users/{user_id}/sleep`, newest first. */
export const nightListSchema = z
  .object({ nights: z.array(nightSchema), next: nextCursorField })
  .meta({ id: 'NightList' });
export type NightList = z.infer<typeof nightListSchema>;
