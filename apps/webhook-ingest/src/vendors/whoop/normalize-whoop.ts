import type { NormalizedDocument } from '../../documents/domain/normalized.ts';
import { normalizeCycle } from './cycle.ts';
import { whoopDataType, type WhoopDataTypeName } from './data-types.ts';
import { readHead } from './document-head.ts';
import { normalizeRecovery } from './recovery.ts';
import { normalizeSleep } from './sleep.ts';
import { normalizeWorkout } from './workout.ts';

type RelatedDocuments = {
  /** The document of a recovery's sleep. */
  readonly sleep?: unknown;
};

/**
 * Normalizes a document of WHOOP. `related` holds documents that a recovery needs. A score that is pending is waited for,
 * never taken for zeros. Takes anything and never throws.
 */
export function normalizeWhoop(
  type: string,
  document: unknown,
  related: RelatedDocuments = {},
): NormalizedDocument {
  if (!isKnown(type)) return { kind: 'unmapped', reason: 'unknown_type' };
  const read = readHead(type, document);
  if (read.kind !== 'ok') return read;
  const { head, scoreState } = read.value;
  if (scoreState === 'PENDING_SCORE') return { kind: 'waiting', objectId: head.objectId };
  if (scoreState === 'UNSCORABLE') {
    const { objectId, vendorVersion } = head;
    const version = vendorVersion === undefined ? {} : { vendorVersion };
    return { kind: 'unmapped', reason: 'unscorable', objectId, ...version };
  }
  switch (type) {
    case 'sleep':
      return normalizeSleep(document, head);
    case 'recovery':
      return normalizeRecovery(document, head, related.sleep);
    case 'workout':
      return normalizeWorkout(document, head);
    case 'cycle':
      return normalizeCycle(document, head);
  }
}

function isKnown(type: string): type is WhoopDataTypeName {
  return whoopDataType(type) !== undefined;
}
