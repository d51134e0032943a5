import { dailyNormalizer } from './daily-document.ts';

/** The score and the skin's deviation. The contributors are ratings, also `resting_heart_rate`: no measurements. */
export const normalizeDailyReadiness = dailyNormalizer({
  eventType: 'readiness',
  readings: (read) => [
    { metric: 'readiness_score', path: 'score', value: read.number('score'), unit: '{score}' },
    {
      metric: 'skin_temp_deviation',
      path: 'temperature_deviation',
      value: read.number('temperature_deviation'),
      unit: 'Cel',
      context: 'sleep',
    },
  ],
});

/** The score only; durations and vitals come with the sleep periods. */
export const normalizeDailySleep = dailyNormalizer({
  eventType: 'daily_sleep',
  readings: (read) => [
    { metric: 'sleep_score', path: 'score', value: read.number('score'), unit: '{score}' },
  ],
});

/** The mean of the night, whose times are not in the document. */
export const normalizeDailySpo2 = dailyNormalizer({
  eventType: 'spo2',
  readings: (read) => [
    {
      metric: 'spo2',
      path: 'spo2_percentage.average',
      value: read.within('spo2_percentage').number('average', 'promised'),
      unit: '%',
      context: 'sleep',
      statistic: 'average',
    },
  ],
});

/** Seconds in high stress and in high recovery; neither is a level of stress. */
export const normalizeDailyStress = dailyNormalizer({
  eventType: 'stress',
  readings: (read) => [
    { metric: 'stress_high_duration', path: 'stress_high', value: read.number('stress_high'), unit: 's' },
    {
      metric: 'recovery_high_duration',
      path: 'recovery_high',
      value: read.number('recovery_high'),
      unit: 's',
    },
  ],
});

/** Oura names no unit; by convention it is mL/kg/min. */
export const normalizeVo2Max = dailyNormalizer({
  eventType: 'vo2_max',
  readings: (read) => [
    { metric: 'vo2_max', path: 'vo2_max', value: read.number('vo2_max', 'promised'), unit: 'mL/kg/min' },
  ],
});
