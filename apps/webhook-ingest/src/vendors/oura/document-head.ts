import { z } from 'zod';
import { vendorIdField } from '../../documents/domain/fields.ts';
import { readDocument, type ReadDocument } from '../../documents/domain/read-document.ts';
import { dayField } from './day.ts';

/** Which object a document is, and which version of it. */
export type OuraHead = { readonly objectId: string; readonly vendorVersion?: number };

const headSchema = z
  .looseObject({
    id: vendorIdField.nullish(),
    day: dayField.nullish(),
    /** Of newer answers only. */
    meta: z.looseObject({ version: z.int().min(0).nullish() }).nullish(),
  })
  .transform(({ id, day, meta }, context) => {
    const name = id ?? day;
    if (name) return { name, version: meta?.version ?? undefined };
    context.addIssue({ code: 'custom', path: ['id'], message: 'must be given' });
    return z.NEVER;
  });

/** The object that Oura calls `id` in notices of `dataType`. */
export function ouraObjectId(dataType: string, id: string): string {
  return `${dataType}/${id}`;
}

/** Some recorded answers of one document per day have no id; then the day is one. */
export function readHead(dataType: string, document: unknown): ReadDocument<OuraHead> {
  const read = readDocument(headSchema, document);
  if (read.kind !== 'ok') return read;
  const { name, version } = read.value;
  const objectId = ouraObjectId(dataType, name);
  return { kind: 'ok', value: version === undefined ? { objectId } : { objectId, vendorVersion: version } };
}
