import type { Vendors } from '../vendors/check-definitions.ts';
import type { ObjectAnswer, PageAnswer, Span, VendorAnswer } from '../vendors/vendor-answer.ts';
import type { Get, Vendor } from '../vendors/vendor-definition.ts';
import type { Purpose } from './request-budget.ts';
import type { VendorRequests } from './vendor-requests.ts';

/** One connection's documents. A document that was fetched a moment ago in a session is not fetched again. */
export type VendorSession = {
  readonly fetchObject: (dataType: string, objectId: string) => Promise<ObjectAnswer>;
  /** A list between two times, page by page; it may hold a little more. */
  readonly fetchPage: (dataType: string, span: Span, page?: string) => Promise<PageAnswer>;
};

export type CreateSession = (
  connection: { readonly connectionId: string; readonly vendor: Vendor },
  purpose: Purpose,
) => VendorSession;

/** Answers that a session keeps: those about a round of notices, and the pages of the last few lists. */
const remembered: Readonly<Record<Purpose, number>> = { live: 250, history: 12 };

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  /** Throws where the vendor is not configured: then there is no connection to it either. */
  readonly requestsOf: (vendor: Vendor) => VendorRequests;
};

export function createSessions({ vendors, requestsOf }: Deps): CreateSession {
  return function createSession({ connectionId, vendor }, purpose) {
    const definition = vendors.get(vendor);
    const requests = requestsOf(vendor);
    const answers = new Map<string, Promise<VendorAnswer>>();
    const getOnce: Get = (target) => {
      const known = answers.get(target);
      if (known !== undefined) return known;
      const answer = requests.get(connectionId, target, purpose);
      answers.set(target, answer);
      const [oldest] = answers.keys();
      if (answers.size > remembered[purpose] && oldest !== undefined) answers.delete(oldest);
      return answer;
    };
    return {
      fetchObject: (dataType, objectId) => definition.fetchObject(getOnce, dataType, objectId),
      fetchPage: (dataType, span, page) => definition.fetchPage(getOnce, dataType, span, page),
    };
  };
}
