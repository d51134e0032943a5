import type { NormalObject, Normalized } from './normalized.ts';

/** An object, unless nothing of it was measured. */
export function observed(object: NormalObject): Normalized {
  return object.readings.length === 0 ? { kind: 'kept', reason: 'no_readings' } : { kind: 'object', object };
}
