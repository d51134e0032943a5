/** The newest version of an object. */
export type KnownObject = {
  readonly version: number;
  /** The highest that was seen, or the highest completeness. */
  readonly vendorVersion: number | undefined;
  /** Of that version's content. */
  readonly contentHash: string;
  readonly deleted: boolean;
};

/** The object as the vendor reports it now. */
export type SeenObject = {
  readonly operation: 'upsert' | 'delete';
  readonly vendorVersion: number | undefined;
  /** Orders observations of an object without versions. */
  readonly completeness?: number | undefined;
  readonly contentHash: string;
};

export type VersionVerdict =
  | { readonly kind: 'new'; readonly version: number }
  /** The same content as the newest version. */
  | { readonly kind: 'duplicate' }
  /** A newer or more complete version is known already. */
  | { readonly kind: 'stale' };

/**
 * The version under which an object goes out. The vendor's own counts where it gives one; else each change of content
 * is one more. A delete is a version above all seen, also of an object that was never seen: its upsert may be on its way.
 */
export function nextVersion(known: KnownObject | undefined, seen: SeenObject): VersionVerdict {
  const fromVendor = seen.vendorVersion ?? 0;
  if (known === undefined) {
    return { kind: 'new', version: Math.max(fromVendor, seen.operation === 'delete' ? 1 : 0) };
  }
  const order = seen.vendorVersion ?? seen.completeness;
  if (order !== undefined && known.vendorVersion !== undefined) {
    // A list may still hold what was deleted: only something newer brings it back.
    const isBack = seen.operation === 'upsert' && known.deleted;
    const oldest = isBack ? known.vendorVersion + 1 : known.vendorVersion;
    if (order < oldest) return { kind: 'stale' };
  }
  const same =
    seen.operation === 'delete' ? known.deleted : !known.deleted && known.contentHash === seen.contentHash;
  if (same) return { kind: 'duplicate' };
  return { kind: 'new', version: Math.max(fromVendor, known.version + 1) };
}
