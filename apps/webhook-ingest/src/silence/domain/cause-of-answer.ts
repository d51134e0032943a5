import { parseTimestamp } from '@bridge/contracts';
import { normalizeOuraHeartRate } from '../../vendors/oura/heart-rate.ts';
import { normalizeDocument } from '../../pulls/domain/normalize-document.ts';
import type { PageAnswer } from '../../vendors/vendor-answer.ts';
import type { Vendor } from '../../vendors/vendors.ts';
import type { SilenceCause } from './feed-state.ts';

type SilenceQuestion = { readonly vendor: Vendor; readonly dataType: string; readonly sinceMs: number };

/** Why nothing came, by what the vendor lists since. Undefined: it could not be asked now, which says nothing. */
export function causeOfAnswer(answer: PageAnswer, asked: SilenceQuestion): SilenceCause | undefined {
  switch (answer.kind) {
    case 'page':
      return answer.documents.some((document) => isNewer(document, asked)) ? 'missed' : 'vendor_has_nothing';
    case 'refused':
      // A membership that has ended is known from the connection's state before anything falls silent.
      return answer.status === 401 ? 'revoked' : 'scope_missing';
    // Not there, or nothing that can be read, such as a page about maintenance: that does not say that it has nothing.
    case 'missing':
    case 'unavailable':
      return 'vendor_unreachable';
    case 'limited':
      return undefined;
  }
}

/** Measured after the last arrival, so it cannot have come with it. A list holds some that are older. */
function isNewer(document: unknown, { vendor, dataType, sinceMs }: SilenceQuestion): boolean {
  return timesOf(document, vendor, dataType).some((time) => (parseTimestamp(time)?.epochMs ?? 0) > sinceMs);
}

function timesOf(document: unknown, vendor: Vendor, dataType: string): string[] {
  if (dataType === 'heartrate') return normalizeOuraHeartRate([document]).points.map(({ end }) => end);
  const normalized = normalizeDocument(vendor, dataType, { json: document });
  return normalized.kind === 'object' ? [normalized.object.timestamp] : [];
}
