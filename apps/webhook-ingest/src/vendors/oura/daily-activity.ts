import { dailyNormalizer } from './daily-document.ts';

/** The day so far. Not an `activity`: that would explain a high pulse, and this lasts the whole day. */
export const normalizeDailyActivity = dailyNormalizer({
  eventType: 'daily_activity',
  readings(read) {
    const sumOf = (path: string) =>
      ({ path, value: read.number(path, 'promised'), statistic: 'sum' }) as const;
    return [
      { metric: 'activity_score', path: 'score', value: read.number('score'), unit: '{score}' },
      { metric: 'steps', unit: '{steps}', ...sumOf('steps') },
      { metric: 'active_energy', unit: 'kcal', ...sumOf('active_calories') },
      { metric: 'total_energy', unit: 'kcal', ...sumOf('total_calories') },
      { metric: 'distance', unit: 'm', ...sumOf('equivalent_walking_distance') },
    ];
  },
});
