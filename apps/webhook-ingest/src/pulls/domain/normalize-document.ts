import type { Normalized } from '../../documents/domain/normalized.ts';
import { ouraObjectId } from '../../vendors/oura/document-head.ts';
import { normalizeOura } from '../../vendors/oura/normalize-oura.ts';
import type { Vendor } from '../../vendors/vendors.ts';
import { whoopObjectId } from '../../vendors/whoop/document-head.ts';
import { normalizeWhoop } from '../../vendors/whoop/normalize-whoop.ts';

type Document = { readonly json: unknown; readonly related?: { readonly sleep: unknown } };

/** What a fetched document says. `dataType` as in notices. */
export function normalizeDocument(vendor: Vendor, dataType: string, { json, related }: Document): Normalized {
  return vendor === 'oura' ? normalizeOura(dataType, json) : normalizeWhoop(dataType, json, related);
}

/** How events name the object that a notice names. */
export function objectIdOf(vendor: Vendor, dataType: string, id: string): string {
  return vendor === 'oura' ? ouraObjectId(dataType, id) : whoopObjectId(dataType, id);
}

/** What a notice of a deletion says. */
export function withdrawn(vendor: Vendor, dataType: string, id: string): Normalized {
  return { kind: 'withdrawn', objectId: objectIdOf(vendor, dataType, id) };
}
