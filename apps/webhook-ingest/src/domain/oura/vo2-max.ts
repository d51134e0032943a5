import { measuredField } from '../documents/fields.ts';
import { measured } from '../documents/measured.ts';
import { observed } from '../documents/observed.ts';
import { readDocument } from '../documents/read-document.ts';
import type { Normalized } from '../objects/normalized.ts';
import { dailySchema } from './daily-schema.ts';
import { timeOfDay } from './day.ts';
import type { OuraHead } from './document-head.ts';

const schema = dailySchema({ vo2_max: measuredField });

/** Oura gives no unit; the figure is mL/kg/min. */
export function normalizeVo2Max(document: unknown, head: OuraHead): Normalized {
  const read = readDocument(schema, document, head.objectId);
  if (read.kind !== 'ok') return read;
  const estimate = read.value;
  return observed({
    ...head,
    eventType: 'vo2_max',
    timestamp: timeOfDay(estimate),
    reported: 'sensed',
    readings: measured([{ metric: 'vo2_max', path: 'vo2_max', value: estimate.vo2_max, unit: 'mL/kg/min' }]),
  });
}
