import { z } from 'zod';
import { createFieldReader, type ReadDocument } from '../../documents/domain/field-reader.ts';
import { vendorIdField } from '../../documents/domain/fields.ts';
import type { LostField } from '../../documents/domain/lost-field.ts';
import type { WhoopDataTypeName } from './data-types.ts';

/** Which object a document is, and which version of it. */
export type WhoopHead = {
  readonly objectId: string;
  /** Absent where the document does not say when it was updated: then its content tells versions apart. */
  readonly vendorVersion?: number;
  readonly lost: readonly LostField[];
};

/** `SCORED` without a score has what lies outside of the score. */
export type ScoreState = 'SCORED' | 'PENDING_SCORE' | 'UNSCORABLE';

/** v1 had numbers, as cycles still have. */
const idField = z.union([vendorIdField, z.int().min(0)]);
const scoreStateField = z.enum(['SCORED', 'PENDING_SCORE', 'UNSCORABLE']);

/** The object that WHOOP calls `id` in notices of `type`; a recovery goes by its sleep's id there, and so it does here. */
export function whoopObjectId(type: string, id: string | number): string {
  return `${type}/${id}`;
}

type Head = { readonly head: WhoopHead; readonly scoreState: ScoreState };

export function readHead(type: WhoopDataTypeName, document: unknown): ReadDocument<Head> {
  const read = createFieldReader(document);
  const idName = type === 'recovery' ? 'sleep_id' : 'id';
  const id = read.field(idName, idField);
  if (id === undefined) {
    const [unreadable] = read.lost;
    return { kind: 'quarantined', problems: [unreadable ?? { path: idName, message: 'must be given' }] };
  }
  const updated = read.moment('updated_at', 'promised');
  const stated = read.field('score_state', scoreStateField, 'promised');
  const hasScore = read.field('score', z.unknown()) !== undefined;
  const head = { objectId: whoopObjectId(type, id), lost: read.lost };
  return {
    kind: 'ok',
    value: {
      head: updated === undefined ? head : { ...head, vendorVersion: Math.max(0, updated.epochMs) },
      scoreState: stated ?? (hasScore ? 'SCORED' : 'PENDING_SCORE'),
    },
  };
}
