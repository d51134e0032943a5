import { measuredField } from '../../documents/domain/fields.ts';
import { dailyNormalizer } from './daily-document.ts';

/** The day so far. Not an `activity`: that would explain a high pulse, and this lasts the whole day. */
export const normalizeDailyActivity = dailyNormalizer({
  eventType: 'daily_activity',
  fields: {
    score: measuredField,
    steps: measuredField,
    active_calories: measuredField,
    total_calories: measuredField,
    equivalent_walking_distance: measuredField,
  },
  readings: (day) => [
    { metric: 'activity_score', path: 'score', value: day.score, unit: '{score}' },
    { metric: 'steps', path: 'steps', value: day.steps, unit: '{steps}', statistic: 'sum' },
    {
      metric: 'active_energy',
      path: 'active_calories',
      value: day.active_calories,
      unit: 'kcal',
      statistic: 'sum',
    },
    {
      metric: 'total_energy',
      path: 'total_calories',
      value: day.total_calories,
      unit: 'kcal',
      statistic: 'sum',
    },
    {
      metric: 'distance',
      path: 'equivalent_walking_distance',
      value: day.equivalent_walking_distance,
      unit: 'm',
      statistic: 'sum',
    },
  ],
});
