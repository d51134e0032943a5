/** A vendor's document as its API gives it. */
export type Document = Readonly<Record<string, unknown>>;

type StoredDocument = { readonly document: Document; readonly visibleFrom: number };

export type DocumentStore = ReturnType<typeof createDocumentStore>;

/** The documents of all accounts of a vendor, the newest version of each. */
export function createDocumentStore() {
  const byAccount = new Map<string, Map<string, Map<string, StoredDocument>>>();

  const collectionOf = (account: string, collection: string) => byAccount.get(account)?.get(collection);

  return {
    /** Says whether it was there before. `visibleFrom`: until then the API does not know it. */
    put(account: string, collection: string, entry: { id: string } & StoredDocument): 'create' | 'update' {
      const collections = byAccount.get(account) ?? new Map<string, Map<string, StoredDocument>>();
      byAccount.set(account, collections);
      const documents = collections.get(collection) ?? new Map<string, StoredDocument>();
      collections.set(collection, documents);
      const isKnown = documents.has(entry.id);
      documents.set(entry.id, entry);
      return isKnown ? 'update' : 'create';
    },
    remove: (account: string, collection: string, id: string): boolean =>
      collectionOf(account, collection)?.delete(id) ?? false,
    find(account: string, collection: string, id: string, now: number): Document | undefined {
      const saved = collectionOf(account, collection)?.get(id);
      return saved && saved.visibleFrom <= now ? saved.document : undefined;
    },
    list(account: string, collection: string, now: number): Document[] {
      const saved = [...(collectionOf(account, collection)?.values() ?? [])];
      return saved.filter(({ visibleFrom }) => visibleFrom <= now).map(({ document }) => document);
    },
  };
}
