/** What a vendor said when it was asked for a document; a fault on its side is an answer too. */
export type VendorAnswer =
  | {
      readonly kind: 'document';
      readonly json: unknown;
      readonly raw: Buffer;
      readonly related?: { readonly sleep: unknown };
    }
  /** Not there, not yet, or not in a form that can be read. */
  | { readonly kind: 'missing' }
  | VendorFailure;

/** The other documents of this connection will not be had either, for now. */
export type VendorFailure =
  /** 401: no token is good any more. 403: a membership or a scope is missing. */
  | { readonly kind: 'refused'; readonly status: 401 | 403 }
  /** The vendor, or our own budget, has no request left. */
  | (Waiting & { readonly kind: 'limited' })
  /** No answer, or 5xx. `isFault`: the vendor itself said so, perhaps of this one document alone. */
  | (Waiting & { readonly kind: 'unavailable'; readonly isFault?: boolean });

type Waiting = {
  readonly retryAfterMs: number;
  /** Nobody else gets anything from this vendor either. */
  readonly ofAll?: boolean;
};

/** A page of a list; `next` is the vendor's token of the page behind it. */
export type PageAnswer =
  | { readonly kind: 'page'; readonly documents: readonly unknown[]; readonly next: string | undefined }
  | { readonly kind: 'missing' }
  | VendorFailure;

export function isVendorFailure(answer: VendorAnswer | PageAnswer): answer is VendorFailure {
  return answer.kind === 'refused' || answer.kind === 'limited' || answer.kind === 'unavailable';
}
