import { withoutTime } from '../../documents/domain/bounds.ts';
import { createFieldReader, type FieldReader } from '../../documents/domain/field-reader.ts';
import { measured, type MeasuredField } from '../../documents/domain/measured.ts';
import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { observed } from '../../documents/domain/observed.ts';
import { timeOfDay } from './day.ts';
import type { OuraHead } from './document-head.ts';

type Daily = {
  readonly eventType: string;
  readonly readings: (read: FieldReader) => readonly MeasuredField[];
};

/** Normalizes a document about a day: what it measured, without start and end. Some give the day only. */
export function dailyNormalizer({ eventType, readings }: Daily) {
  return function normalizeDaily(document: unknown, { lost, ...head }: OuraHead): NormalizedDocument {
    const read = createFieldReader(document);
    const timestamp = timeOfDay(read);
    if (timestamp === undefined) return withoutTime(read, head.objectId, 'day');
    return observed({
      ...head,
      eventType,
      timestamp,
      reported: 'sensed',
      readings: measured(readings(read)),
      lost: [...lost, ...read.lost],
    });
  };
}
