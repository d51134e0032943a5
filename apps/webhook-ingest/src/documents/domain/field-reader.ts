import type { Problem, Timestamp } from '@bridge/contracts';
import { z } from 'zod';
import { momentField } from './fields.ts';
import type { LostField } from './lost-field.ts';

/** `promised`: the vendor says that it is always there, so that its absence is worth counting. */
type Presence = 'promised' | 'optional';

/** Reads the fields of one document, each on its own: one that cannot be read costs itself and is noted in `lost`. */
export type FieldReader = {
  readonly lost: readonly LostField[];
  readonly field: <T>(name: string, schema: z.ZodType<T>, presence?: Presence) => T | undefined;
  readonly number: (name: string, presence?: Presence) => number | undefined;
  readonly moment: (name: string, presence?: Presence) => Timestamp | undefined;
  /** The fields of an object in the document. */
  readonly within: (name: string, presence?: Presence) => FieldReader;
  readonly lose: (field: LostField) => void;
};

/** The part of a document without which nothing of it can be used. */
export type ReadDocument<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'quarantined'; readonly problems: readonly Problem[] };

const numberField = z.number();
const objectField = z.record(z.string(), z.unknown());

/** Null and absent are the same. No message repeats a value. */
export function createFieldReader(document: unknown): FieldReader {
  return readerOf(objectField.safeParse(document).data, '', []);
}

function readerOf(
  document: Readonly<Record<string, unknown>> | undefined,
  prefix: string,
  lost: LostField[],
): FieldReader {
  function field<T>(name: string, schema: z.ZodType<T>, presence: Presence = 'optional'): T | undefined {
    // An object that is not there is noted once, and not again for each of its fields.
    if (document === undefined) return undefined;
    const path = `${prefix}${name}`;
    const given = Object.hasOwn(document, name) ? document[name] : undefined;
    if (given === undefined || given === null) {
      if (presence === 'promised') lost.push({ why: 'missing', path, message: 'must be given' });
      return undefined;
    }
    const read = schema.safeParse(given);
    if (read.success) return read.data;
    const [issue] = read.error.issues;
    const at = [path, ...(issue?.path ?? []).map(String)].join('.');
    lost.push({ why: 'unreadable', path: at, message: issue?.message ?? 'cannot be read' });
    return undefined;
  }

  return {
    lost,
    field,
    number: (name, presence) => field(name, numberField, presence),
    moment: (name, presence) => field<Timestamp>(name, momentField, presence),
    within: (name, presence) => readerOf(field(name, objectField, presence), `${prefix}${name}.`, lost),
    lose: (one) => lost.push(one),
  };
}
