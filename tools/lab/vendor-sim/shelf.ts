/** A vendor's document as its API gives it. */
export type Document = Readonly<Record<string, unknown>>;

type Kept = { readonly document: Document; readonly visibleFrom: number };

export type Shelf = ReturnType<typeof createShelf>;

/** The documents of all accounts of a vendor, the newest version of each. */
export function createShelf() {
  const byAccount = new Map<string, Map<string, Map<string, Kept>>>();

  const collectionOf = (account: string, collection: string) => byAccount.get(account)?.get(collection);

  return {
    /** Says whether it was there before. `visibleFrom`: until then the API does not know it. */
    put(account: string, collection: string, entry: { id: string } & Kept): 'create' | 'update' {
      const collections = byAccount.get(account) ?? new Map<string, Map<string, Kept>>();
      byAccount.set(account, collections);
      const documents = collections.get(collection) ?? new Map<string, Kept>();
      collections.set(collection, documents);
      const isKnown = documents.has(entry.id);
      documents.set(entry.id, entry);
      return isKnown ? 'update' : 'create';
    },
    remove: (account: string, collection: string, id: string): boolean =>
      collectionOf(account, collection)?.delete(id) ?? false,
    find(account: string, collection: string, id: string, now: number): Document | undefined {
      const kept = collectionOf(account, collection)?.get(id);
      return kept && kept.visibleFrom <= now ? kept.document : undefined;
    },
    list(account: string, collection: string, now: number): Document[] {
      const kept = [...(collectionOf(account, collection)?.values() ?? [])];
      return kept.filter(({ visibleFrom }) => visibleFrom <= now).map(({ document }) => document);
    },
  };
}
