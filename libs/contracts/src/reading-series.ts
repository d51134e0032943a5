import { z } from 'zod';
import { metricField, nameField, sourceField, utcField } from './fields.ts';

export const resolutions = ['5m', '1h', '1d'] as const;
export type Resolution = (typeof resolutions)[number];

/** A series longer than this is refused. */
export const maxSeriesPoints = 2_000;

/** `GET /users/{user_id}/readings`: one metric, down-sampled. */
export const readingSeriesSchema = z
  .object({
    metric: metricField,
    unit: z.string().min(1).max(32),
    resolution: z.enum(resolutions),
    from: utcField,
    to: utcField,
    points: z
      .array(
        z.object({
          at: utcField.describe('Start of the bin'),
          min: z.number(),
          median: z.number(),
          max: z.number(),
          count: z.int().min(1),
        }),
      )
      .max(maxSeriesPoints)
      .describe('Bins without a reading are left out'),
    devices: z.array(z.object({ source: sourceField, device_id: nameField.exactOptional() })),
    band: z
      .array(
        z.object({
          at: utcField.describe('Start of the local day'),
          source: sourceField.exactOptional(),
          usual: z.number(),
          low: z.number(),
          high: z.number(),
        }),
      )
      .describe('The usual value of each day as it was on that day'),
  })
  .meta({ id: 'ReadingSeries' });
export type ReadingSeries = z.infer<typeof readingSeriesSchema>;
