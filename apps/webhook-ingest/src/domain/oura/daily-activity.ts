import { measuredField } from '../documents/fields.ts';
import { measured } from '../documents/measured.ts';
import { observed } from '../documents/observed.ts';
import { readDocument } from '../documents/read-document.ts';
import type { Normalized } from '../objects/normalized.ts';
import { dailySchema } from './daily-schema.ts';
import { timeOfDay } from './day.ts';
import type { OuraHead } from './document-head.ts';

const schema = dailySchema({
  score: measuredField,
  steps: measuredField,
  active_calories: measuredField,
  total_calories: measuredField,
  equivalent_walking_distance: measuredField,
});

/** The day so far. Not an `activity`: that would explain a high pulse, and this lasts the whole day. */
export function normalizeDailyActivity(document: unknown, head: OuraHead): Normalized {
  const read = readDocument(schema, document, head.objectId);
  if (read.kind !== 'ok') return read;
  const activity = read.value;
  return observed({
    ...head,
    eventType: 'daily_activity',
    timestamp: timeOfDay(activity),
    reported: 'sensed',
    readings: measured([
      { metric: 'activity_score', path: 'score', value: activity.score, unit: '{score}' },
      { metric: 'steps', path: 'steps', value: activity.steps, unit: '{steps}', statistic: 'sum' },
      {
        metric: 'active_energy',
        path: 'active_calories',
        value: activity.active_calories,
        unit: 'kcal',
        statistic: 'sum',
      },
      {
        metric: 'total_energy',
        path: 'total_calories',
        value: activity.total_calories,
        unit: 'kcal',
        statistic: 'sum',
      },
      {
        metric: 'distance',
        path: 'equivalent_walking_distance',
        value: activity.equivalent_walking_distance,
        unit: 'm',
        statistic: 'sum',
      },
    ]),
  });
}
