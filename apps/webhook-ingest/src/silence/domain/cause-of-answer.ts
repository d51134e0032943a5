import { parseTimestamp } from '@bridge/contracts';
import type { PageAnswer } from '../../vendors/vendor-answer.ts';
import { entryOf } from '../../vendors/data-type.ts';
import type { VendorDefinition } from '../../vendors/vendor-definition.ts';
import type { SilenceCause } from './feed-state.ts';

type SilenceQuestion = {
  readonly vendor: Pick<VendorDefinition, 'dataTypes' | 'normalize'>;
  readonly dataType: string;
  readonly sinceMs: number;
};

/** The cause of a silence by the vendor's list since. Undefined if it could not be asked now. */
export function causeOfAnswer(answer: PageAnswer, asked: SilenceQuestion): SilenceCause | undefined {
  switch (answer.kind) {
    case 'page':
      return answer.documents.some((document) => isNewer(document, asked)) ? 'missed' : 'vendor_has_nothing';
    case 'refused':
      // A membership that has ended is known from the connection's state before anything falls silent.
      return answer.status === 401 ? 'revoked' : 'scope_missing';
    // Missing or unreadable, such as a page about maintenance: that does not mean that the vendor has nothing.
    case 'missing':
    case 'unavailable':
      return 'vendor_unreachable';
    case 'limited':
      return undefined;
  }
}

/** Measured after the last arrival, so it did not come with it. Lists hold some older documents. */
function isNewer(document: unknown, asked: SilenceQuestion): boolean {
  return timesOf(document, asked).some((time) => (parseTimestamp(time)?.epochMs ?? 0) > asked.sinceMs);
}

function timesOf(document: unknown, { vendor, dataType }: SilenceQuestion): string[] {
  const type = entryOf(vendor.dataTypes, dataType);
  if (type?.shape === 'series') return type.readPoints([document]).points.map(({ end }) => end);
  const normalized = vendor.normalize(dataType, { json: document });
  return normalized.kind === 'object' ? [normalized.object.timestamp] : [];
}
