import { z } from 'zod';
import { momentField } from '../../documents/domain/fields.ts';
import { measured, type MeasuredField } from '../../documents/domain/measured.ts';
import { observed } from '../../documents/domain/observed.ts';
import { readDocument } from '../../documents/domain/read-document.ts';
import type { Normalized } from '../../documents/domain/normalized.ts';
import { dayField, timeOfDay } from './day.ts';
import type { OuraHead } from './document-head.ts';

/** What documents about a day have in common. Some give the day only. */
const daySchema = z.looseObject({ day: dayField, timestamp: momentField.nullish() });

type Daily<Fields extends z.ZodRawShape> = {
  readonly eventType: string;
  readonly fields: Fields;
  readonly readings: (document: z.infer<z.ZodObject<Fields>>) => readonly MeasuredField[];
};

/** Normalizes a document about a day: what it measured, without start and end. */
export function dailyNormalizer<Fields extends z.ZodRawShape>({
  eventType,
  fields,
  readings,
}: Daily<Fields>) {
  const schema = z.object(fields);
  return function normalizeDaily(document: unknown, head: OuraHead): Normalized {
    const when = readDocument(daySchema, document, head.objectId);
    if (when.kind !== 'ok') return when;
    const read = readDocument(schema, document, head.objectId);
    if (read.kind !== 'ok') return read;
    return observed({
      ...head,
      eventType,
      timestamp: timeOfDay(when.value),
      reported: 'sensed',
      readings: measured(readings(read.value)),
    });
  };
}
