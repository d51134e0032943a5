import { z } from 'zod';
import { metricField, timestampField } from './fields.ts';

export const contexts = ['sleep', 'rest', 'active', 'unknown'] as const;
export const contextSchema = z.enum(contexts);
export type Context = (typeof contexts)[number];

/** The statistic of an interval that a value is; absent means one measurement. */
export const statistics = [
  'average',
  'minimum',
  'maximum',
  'median',
  'sum',
  'count',
  'standard_deviation',
] as const;
export const statisticSchema = z.enum(statistics);
export type Statistic = (typeof statistics)[number];

/** How a device that knows it says that its wearer moved: the motion context of Apple's pulse, for example. */
export const motions = ['active', 'sedentary'] as const;
export const motionSchema = z.enum(motions);
export type Motion = (typeof motions)[number];

export const readingSchema = z
  .object({
    metric: metricField,
    value: z.number(),
    unit: z.string().min(1).max(32).describe('UCUM; the unit that the metric dictionary names'),
    start: timestampField.exactOptional().describe('Start of the interval'),
    end: timestampField.exactOptional().describe("End of the interval; absent: the event's timestamp"),
    context: contextSchema.exactOptional(),
    statistic: statisticSchema.exactOptional(),
    motion: motionSchema.exactOptional().describe('Motion as the device reports it'),
  })
  .meta({ id: 'Reading' });

export type Reading = z.infer<typeof readingSchema>;
