import { z } from 'zod';
import { measuredField } from '../documents/fields.ts';
import { measured } from '../documents/measured.ts';
import { observed } from '../documents/observed.ts';
import { readDocument } from '../documents/read-document.ts';
import type { Normalized } from '../objects/normalized.ts';
import { dailySchema } from './daily-schema.ts';
import { timeOfDay } from './day.ts';
import type { OuraHead } from './document-head.ts';

const schema = dailySchema({ spo2_percentage: z.looseObject({ average: measuredField }).nullish() });

/** The mean of the night, whose times are not in the document. */
export function normalizeDailySpo2(document: unknown, head: OuraHead): Normalized {
  const read = readDocument(schema, document, head.objectId);
  if (read.kind !== 'ok') return read;
  const saturation = read.value;
  return observed({
    ...head,
    eventType: 'spo2',
    timestamp: timeOfDay(saturation),
    reported: 'sensed',
    readings: measured([
      {
        metric: 'spo2',
        path: 'spo2_percentage.average',
        value: saturation.spo2_percentage?.average,
        unit: '%',
        context: 'sleep',
        statistic: 'average',
      },
    ]),
  });
}
