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
function isNewer(document: unknown, asked: SilenceQuestion): boolean {
  return timesOf(document, asked).some((time) => (parseTimestamp(time)?.epochMs ?? 0) > asked.sinceMs);
}

function timesOf(document: unknown, { vendor, dataType }: SilenceQuestion): string[] {
  const type = entryOf(vendor.dataTypes, dataType);
  if (type?.shape === 'series') return type.readPoints([document]).points.map(({ end }) => end);
  const normalized = vendor.normalize(dataType, { json: document });
  return normalized.kind === 'object' ? [normalized.object.timestamp] : [];
}
