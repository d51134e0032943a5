import type { NormalObject, Normalized } from './normalized.ts';

/** An object, unless nothing of it was measured. */
export function observed(object: NormalObject): Normalized {
  return object.readings.length === 0
    ? { kind: 'unmapped', reason: 'no_readings' }
    : { kind: 'object', object };
}
