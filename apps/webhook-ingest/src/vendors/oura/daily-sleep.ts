import { measuredField } from '../../documents/domain/fields.ts';
import { dailyNormalizer } from './daily-document.ts';

/** The score only; durations and vitals come with the sleep periods. */
export const normalizeDailySleep = dailyNormalizer({
  eventType: 'daily_sleep',
  fields: { score: measuredField },
  readings: ({ score }) => [{ metric: 'sleep_score', path: 'score', value: score, unit: '{score}' }],
});
