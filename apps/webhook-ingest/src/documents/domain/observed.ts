import { isFaulty } from './lost-field.ts';
import type { NormalObject, NormalizedDocument } from './normalized.ts';

/** An object, unless nothing of it was measured, or nothing that was can be read. */
export function observed(object: NormalObject): NormalizedDocument {
  if (object.readings.length > 0) return { kind: 'object', object };
  const problems = (object.lost ?? []).filter(isFaulty).slice(0, 20);
  if (problems.length === 0) return { kind: 'unmapped', reason: 'no_readings' };
  return { kind: 'quarantined', objectId: object.objectId, problems };
}
