import { measuredField } from '../../documents/domain/fields.ts';
import { dailyNormalizer } from './daily-document.ts';

/** Oura names no unit; by convention it is mL/kg/min. */
export const normalizeVo2Max = dailyNormalizer({
  eventType: 'vo2_max',
  fields: { vo2_max: measuredField },
  readings: ({ vo2_max }) => [{ metric: 'vo2_max', path: 'vo2_max', value: vo2_max, unit: 'mL/kg/min' }],
});
