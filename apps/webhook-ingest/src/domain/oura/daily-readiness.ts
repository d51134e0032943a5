import { measuredField } from '../documents/fields.ts';
import { measured } from '../documents/measured.ts';
import { observed } from '../documents/observed.ts';
import { readDocument } from '../documents/read-document.ts';
import type { Normalized } from '../objects/normalized.ts';
import { dailySchema } from './daily-schema.ts';
import { timeOfDay } from './day.ts';
import type { OuraHead } from './document-head.ts';

const schema = dailySchema({ score: measuredField, temperature_deviation: measuredField });

/** The score and the skin's deviation. The contributors are ratings, also `resting_heart_rate`: no measurements. */
export function normalizeDailyReadiness(document: unknown, head: OuraHead): Normalized {
  const read = readDocument(schema, document, head.objectId);
  if (read.kind !== 'ok') return read;
  const readiness = read.value;
  return observed({
    ...head,
    eventType: 'readiness',
    timestamp: timeOfDay(readiness),
    reported: 'sensed',
    readings: measured([
      { metric: 'readiness_score', path: 'score', value: readiness.score, unit: '{score}' },
      {
        metric: 'skin_temp_deviation',
        path: 'temperature_deviation',
        value: readiness.temperature_deviation,
        unit: 'Cel',
        context: 'sleep',
      },
    ]),
  });
}
