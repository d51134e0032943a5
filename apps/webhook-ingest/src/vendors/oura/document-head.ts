import { z } from 'zod';
import { createFieldReader, type ReadDocument } from '../../documents/domain/field-reader.ts';
import { vendorIdField } from '../../documents/domain/fields.ts';
import type { LostField } from '../../documents/domain/lost-field.ts';
import { dayField } from './day.ts';

/** Which object a document is, and which version of it. */
export type OuraHead = {
  readonly objectId: string;
  readonly vendorVersion?: number;
  readonly lost: readonly LostField[];
};

const versionField = z.int().min(0);
/** A day has one of these; periods of a day have only their own ids. */
const perDay = /^(?:daily_|vo2_max$)/;

/** The object that Oura calls `id` in notices of `dataType`. */
export function ouraObjectId(dataType: string, id: string): string {
  return `${dataType}/${id}`;
}

/** Some recorded answers of one document per day have no id; then the day is one. */
export function readHead(dataType: string, document: unknown): ReadDocument<OuraHead> {
  const read = createFieldReader(document);
  const id = read.field('id', vendorIdField);
  const name =
    id ?? (perDay.test(dataType) && read.lost.length === 0 ? read.field('day', dayField) : undefined);
  if (name === undefined) {
    const [unreadable] = read.lost;
    return { kind: 'quarantined', problems: [unreadable ?? { path: 'id', message: 'must be given' }] };
  }
  // Of newer answers only.
  const version = read.within('meta').field('version', versionField);
  const head = { objectId: ouraObjectId(dataType, name), lost: read.lost };
  return { kind: 'ok', value: version === undefined ? head : { ...head, vendorVersion: version } };
}
