import { measuredField } from '../../documents/domain/fields.ts';
import { dailyNormalizer } from './daily-document.ts';

/** The score and the skin's deviation. The contributors are ratings, also `resting_heart_rate`: no measurements. */
export const normalizeDailyReadiness = dailyNormalizer({
  eventType: 'readiness',
  fields: { score: measuredField, temperature_deviation: measuredField },
  readings: ({ score, temperature_deviation: deviation }) => [
    { metric: 'readiness_score', path: 'score', value: score, unit: '{score}' },
    {
      metric: 'skin_temp_deviation',
      path: 'temperature_deviation',
      value: deviation,
      unit: 'Cel',
      context: 'sleep',
    },
  ],
});
