import type { VendorFailure } from '../../vendors/vendor-answer.ts';

/** The outcome of pulling one data type in a span of time. */
export type PullResult =
  /** All of it is here. */
  | {
      readonly kind: 'pulled';
      /** Events and points that were new. */
      readonly added: number;
      /** Documents and points that are older than the retention. */
      readonly dropped: number;
    }
  /** A page of the list is not there, or not in a form that can be read. */
  | { readonly kind: 'unreadable' }
  | VendorFailure;

/** If one type is refused, its scope was not granted; if all are, the membership has lapsed. */
export function createPullTally() {
  const refused: string[] = [];
  let answered = 0;
  let unreadable = 0;
  return {
    refused: refused as readonly string[],
    isAnswered: () => answered > 0,
    isLapsed: () => answered === 0 && refused.length > 0,
    isUnreadable: () => unreadable > 0,
    /** Returns the failure that also applies to all other types, if it is one. */
    enter(dataType: string, result: PullResult): VendorFailure | undefined {
      if (result.kind === 'pulled') answered += 1;
      else if (result.kind === 'unreadable') unreadable += 1;
      else if (result.kind === 'refused' && result.status === 403) refused.push(dataType);
      else return result;
      return undefined;
    },
  };
}

/** The failure of a connection whose vendor refuses every type. */
export const lapsed = { kind: 'refused', status: 403 } as const;
