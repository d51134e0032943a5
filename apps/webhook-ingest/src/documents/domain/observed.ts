import { isFaulty } from './lost-field.ts';
import type { NormalObject, NormalizedDocument } from './normalized.ts';

/** An object, unless nothing of it was measured, or nothing that was can be read. */
export function observed(object: NormalObject): NormalizedDocument {
  if (object.readings.length > 0) return { kind: 'object', object };
  const problems = (object.lost ?? []).filter(isFaulty).slice(0, 20);
  if (problems.length === 0) return unmeasured(object);
  return { kind: 'quarantined', objectId: object.objectId, problems };
}

/**
 * Without readings it names its object, whose earlier ones no longer hold; but not where it is a part, of which nothing follows
 * for the whole.
 */
function unmeasured({ objectId, vendorVersion, completeness }: NormalObject): NormalizedDocument {
  const unmapped = { kind: 'unmapped', reason: 'no_readings' } as const;
  if (completeness !== undefined) return unmapped;
  return { ...unmapped, objectId, ...(vendorVersion !== undefined && { vendorVersion }) };
}
