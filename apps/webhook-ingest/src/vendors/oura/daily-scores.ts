import { z } from 'zod';
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

/** The score only; durations and vitals come with the sleep periods. */
export const normalizeDailySleep = dailyNormalizer({
  eventType: 'daily_sleep',
  fields: { score: measuredField },
  readings: ({ score }) => [{ metric: 'sleep_score', path: 'score', value: score, unit: '{score}' }],
});

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

/** Seconds in high stress and in high recovery; neither is a level of stress. */
export const normalizeDailyStress = dailyNormalizer({
  eventType: 'stress',
  fields: { stress_high: measuredField, recovery_high: measuredField },
  readings: ({ stress_high, recovery_high }) => [
    { metric: 'stress_high_duration', path: 'stress_high', value: stress_high, unit: 's' },
    { metric: 'recovery_high_duration', path: 'recovery_high', value: recovery_high, unit: 's' },
  ],
});

/** Oura names no unit; by convention it is mL/kg/min. */
export const normalizeVo2Max = dailyNormalizer({
  eventType: 'vo2_max',
  fields: { vo2_max: measuredField },
  readings: ({ vo2_max }) => [{ metric: 'vo2_max', path: 'vo2_max', value: vo2_max, unit: 'mL/kg/min' }],
});
