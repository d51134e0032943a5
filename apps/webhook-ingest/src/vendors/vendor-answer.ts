/** From inclusive, until exclusive; in milliseconds. */
export type Span = { readonly fromMs: number; readonly untilMs: number };

/** A fetched document. `related`: the document of its companion, where its data type has one. */
export type VendorDocument = { readonly json: unknown; readonly related?: unknown };

/** The vendor's answer to a request for a document; a fault on its side is an answer too. */
export type VendorAnswer =
  | (VendorDocument & { readonly kind: 'document'; readonly raw: Buffer })
  /** Not there, not yet, or not in a form that can be read. */
  | { readonly kind: 'missing' }
  | VendorFailure;

/** The vendor's answer about an object of any type. */
export type ObjectAnswer = VendorAnswer | { readonly kind: 'unknown_type' };

/** The other documents of this connection are not available either, for now. */
export type VendorFailure =
  /** 401: no token is good any more. 403: a membership or a scope is missing. */
  | { readonly kind: 'refused'; readonly status: 401 | 403 }
  /** The vendor, or our own budget, has no request left. */
  | (Delay & { readonly kind: 'limited' })
  /**
   * No answer, or 5xx. `isFault`: the vendor itself said so, perhaps of this one document alone. `isPersonal`: it may be
   * this person's alone.
   */
  | (Delay & { readonly kind: 'unavailable'; readonly isFault?: boolean; readonly isPersonal?: boolean });

type Delay = {
  readonly retryAfterMs: number;
  /** Nobody else gets anything from this vendor either. */
  readonly ofAll?: boolean;
};

/** A page of a list; `next` is the vendor's token of the page behind it. */
export type PageAnswer =
  | {
      readonly kind: 'page';
      readonly documents: readonly unknown[];
      /** The bytes of each document, as they came; absent where the list has another form. */
      readonly raws?: readonly Buffer[];
      readonly next: string | undefined;
    }
  | { readonly kind: 'missing' }
  | VendorFailure;

export function isVendorFailure(answer: VendorAnswer | PageAnswer): answer is VendorFailure {
  return answer.kind === 'refused' || answer.kind === 'limited' || answer.kind === 'unavailable';
}
