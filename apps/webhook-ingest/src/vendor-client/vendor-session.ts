import type { Span } from '../pulls/domain/pull-plan.ts';
import type { PageAnswer, VendorAnswer } from '../vendors/vendor-answer.ts';
import type { Purpose } from './limits.ts';
import type { Vendor } from '../vendors/vendors.ts';
import { createOuraSession } from '../vendors/oura/api.ts';
import type { VendorRequests } from './vendor-requests.ts';
import { createWhoopSession } from '../vendors/whoop/api.ts';

/** One connection's documents. What was fetched a moment ago in a session is not fetched again. */
export type VendorSession = {
  readonly fetchObject: (
    dataType: string,
    objectId: string,
  ) => Promise<VendorAnswer | { readonly kind: 'unknown_type' }>;
  /** A list between two times, page by page; it may hold a little more. */
  readonly fetchPage: (dataType: string, span: Span, page?: string) => Promise<PageAnswer>;
};

/** Gets a target, or what it gave a moment ago. */
export type GetOnce = (target: string) => Promise<VendorAnswer>;

export type OpenSession = (
  connection: { readonly connectionId: string; readonly vendor: Vendor },
  purpose: Purpose,
) => VendorSession;

/** Answers that a session keeps: those about a round of notices, and the pages of the last few lists. */
const remembered: Readonly<Record<Purpose, number>> = { live: 250, history: 12 };

/** @param requestsOf Throws where the vendor is not configured: then there is no connection to it either. */
export function createOpenSession(requestsOf: (vendor: Vendor) => VendorRequests): OpenSession {
  return function openSession({ connectionId, vendor }, purpose) {
    const requests = requestsOf(vendor);
    const answers = new Map<string, Promise<VendorAnswer>>();
    const getOnce: GetOnce = (target) => {
      const known = answers.get(target);
      if (known !== undefined) return known;
      const answer = requests.get(connectionId, target, purpose);
      answers.set(target, answer);
      const [oldest] = answers.keys();
      if (answers.size > remembered[purpose] && oldest !== undefined) answers.delete(oldest);
      return answer;
    };
    return vendor === 'oura' ? createOuraSession(getOnce) : createWhoopSession(getOnce);
  };
}
