import type { Normalized } from '../objects/normalized.ts';
import { ouraObjectId } from '../oura/document-head.ts';
import { normalizeOura } from '../oura/normalize-oura.ts';
import type { Vendor } from '../vendor.ts';
import { whoopObjectId } from '../whoop/document-head.ts';
import { normalizeWhoop } from '../whoop/normalize-whoop.ts';

type Document = { readonly json: unknown; readonly related?: { readonly sleep: unknown } };

/** What a fetched document says. `dataType` as in notices. */
export function normalizeDocument(vendor: Vendor, dataType: string, { json, related }: Document): Normalized {
  return vendor === 'oura' ? normalizeOura(dataType, json) : normalizeWhoop(dataType, json, related);
}

/** What a notice of a deletion says. */
export function withdrawn(vendor: Vendor, dataType: string, id: string): Normalized {
  const objectId = vendor === 'oura' ? ouraObjectId(dataType, id) : whoopObjectId(dataType, id);
  return { kind: 'withdrawn', objectId };
}
