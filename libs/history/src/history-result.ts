/** The outcome of a read. `unknown`: nothing is known of this person, or under this id. `refused`: a parameter asks too much. */
export type HistoryResult<Value> =
  | { readonly kind: 'found'; readonly value: Value }
  | { readonly kind: 'forbidden' }
  | { readonly kind: 'unknown' }
  | Refusal;

export type Refusal = { readonly kind: 'refused'; readonly parameter: string; readonly detail: string };

export function found<Value>(value: Value): HistoryResult<Value> {
  return { kind: 'found', value };
}

export function refused(parameter: string, detail: string): Refusal {
  return { kind: 'refused', parameter, detail };
}

/** One page of a list. */
export type Page<Item> = {
  readonly items: readonly Item[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
};
