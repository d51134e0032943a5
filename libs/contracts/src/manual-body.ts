import { z } from 'zod';
import { flatBodySchema } from './flat-body.ts';
import { contextSchema, motionSchema, statisticSchema } from './reading.ts';

const { user_id, event_id, device_id, version, operation } = flatBodySchema.shape;
const time = z.string().max(40).nullish();

/** Readings by hand, each with a unit of its own. */
export const manualBodySchema = z
  .strictObject({
    user_id,
    event_id,
    version,
    operation,
    device_id,
    timestamp: time.describe('RFC 3339; of readings that have no time of their own'),
    readings: z
      .array(
        z.strictObject({
          metric: z.string().min(1).max(64).describe('A name of the metric dictionary, or an alias'),
          value: z.number(),
          unit: z.string().max(32).nullish().describe("The dictionary's unit when absent"),
          start: time,
          end: time,
          context: contextSchema.nullish(),
          statistic: statisticSchema.nullish(),
          motion: motionSchema.nullish().describe('Motion as the device reports it'),
          note: z.string().max(1_000).nullish().describe('For the sender alone: it is not passed on'),
        }),
      )
      .min(1)
      .max(1_000),
  })
  .meta({ id: 'ManualBody' });

export type ManualBody = z.infer<typeof manualBodySchema>;
