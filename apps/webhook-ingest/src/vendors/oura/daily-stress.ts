import { measuredField } from '../../documents/domain/fields.ts';
import { dailyNormalizer } from './daily-document.ts';

/** Seconds in high stress and in high recovery; neither is a level of stress. */
export const normalizeDailyStress = dailyNormalizer({
  eventType: 'stress',
  fields: { stress_high: measuredField, recovery_high: measuredField },
  readings: ({ stress_high, recovery_high }) => [
    { metric: 'stress_high_duration', path: 'stress_high', value: stress_high, unit: 's' },
    { metric: 'recovery_high_duration', path: 'recovery_high', value: recovery_high, unit: 's' },
  ],
});
