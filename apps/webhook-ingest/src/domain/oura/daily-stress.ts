import { measuredField } from '../documents/fields.ts';
import { measured } from '../documents/measured.ts';
import { observed } from '../documents/observed.ts';
import { readDocument } from '../documents/read-document.ts';
import type { Normalized } from '../objects/normalized.ts';
import { dailySchema } from './daily-schema.ts';
import { timeOfDay } from './day.ts';
import type { OuraHead } from './document-head.ts';

const schema = dailySchema({ stress_high: measuredField, recovery_high: measuredField });

/** Seconds in high stress and in high recovery; neither is a level of stress. */
export function normalizeDailyStress(document: unknown, head: OuraHead): Normalized {
  const read = readDocument(schema, document, head.objectId);
  if (read.kind !== 'ok') return read;
  const stress = read.value;
  return observed({
    ...head,
    eventType: 'stress',
    timestamp: timeOfDay(stress),
    reported: 'sensed',
    readings: measured([
      { metric: 'stress_high_duration', path: 'stress_high', value: stress.stress_high, unit: 's' },
      { metric: 'recovery_high_duration', path: 'recovery_high', value: stress.recovery_high, unit: 's' },
    ]),
  });
}
