import { z } from 'zod';
import { momentField, vendorIdField } from '../../documents/domain/fields.ts';
import { readDocument, type ReadDocument } from '../../documents/domain/read-document.ts';
import type { WhoopDataTypeName } from './data-types.ts';

/** Which object a document is, which version of it, and whether it can be read yet. */
export type WhoopHead = {
  readonly objectId: string;
  readonly vendorVersion: number;
  readonly scoreState: 'SCORED' | 'PENDING_SCORE' | 'UNSCORABLE';
};

/** v1 had numbers, as cycles still have. */
const idField = z.union([vendorIdField, z.int().min(0)]);
const headFields = {
  updated_at: momentField,
  score_state: z.enum(['SCORED', 'PENDING_SCORE', 'UNSCORABLE']),
};
const ownId = z.looseObject({ ...headFields, id: idField });
const idOfSleep = z.looseObject({ ...headFields, sleep_id: idField });

/** The object that WHOOP calls `id` in notices of `type`; a recovery goes by its sleep's id there, and so it does here. */
export function whoopObjectId(type: string, id: string | number): string {
  return `${type}/${id}`;
}

export function readHead(type: WhoopDataTypeName, document: unknown): ReadDocument<WhoopHead> {
  const read =
    type === 'recovery'
      ? readDocument(
          idOfSleep.transform(({ sleep_id, ...head }) => ({ ...head, id: sleep_id })),
          document,
        )
      : readDocument(ownId, document);
  if (read.kind !== 'ok') return read;
  const { id, updated_at, score_state } = read.value;
  return {
    kind: 'ok',
    value: {
      objectId: whoopObjectId(type, id),
      vendorVersion: Math.max(0, updated_at.epochMs),
      scoreState: score_state,
    },
  };
}
