import { measuredField } from '../documents/fields.ts';
import { measured } from '../documents/measured.ts';
import { observed } from '../documents/observed.ts';
import { readDocument } from '../documents/read-document.ts';
import type { Normalized } from '../objects/normalized.ts';
import { dailySchema } from './daily-schema.ts';
import { timeOfDay } from './day.ts';
import type { OuraHead } from './document-head.ts';

const schema = dailySchema({ score: measuredField });

/** The score only; durations and vitals come with the sleep periods. */
export function normalizeDailySleep(document: unknown, head: OuraHead): Normalized {
  const read = readDocument(schema, document, head.objectId);
  if (read.kind !== 'ok') return read;
  const sleep = read.value;
  return observed({
    ...head,
    eventType: 'daily_sleep',
    timestamp: timeOfDay(sleep),
    reported: 'sensed',
    readings: measured([{ metric: 'sleep_score', path: 'score', value: sleep.score, unit: '{score}' }]),
  });
}
