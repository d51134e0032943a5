import { z } from 'zod';
import { measuredField } from '../../documents/domain/fields.ts';
import { dailyNormalizer } from './daily-document.ts';

/** The mean of the night, whose times are not in the document. */
export const normalizeDailySpo2 = dailyNormalizer({
  eventType: 'spo2',
  fields: { spo2_percentage: z.looseObject({ average: measuredField }).nullish() },
  readings: ({ spo2_percentage: saturation }) => [
    {
      metric: 'spo2',
      path: 'spo2_percentage.average',
      value: saturation?.average,
      unit: '%',
      context: 'sleep',
      statistic: 'average',
    },
  ],
});
