import type { Document } from '../../vendor-sim/document-store.ts';
import type { Vendor } from '../../vendor-sim/vendor.ts';
import type { Random } from '../random.ts';

/** An object of which a vendor has sent a notice. */
export type VendorObject = {
  readonly userId: string;
  readonly vendor: Vendor;
  readonly account: string;
  readonly collection: string;
  /** Under which the vendor keeps it. */
  readonly id: string;
  /** As events name it. */
  readonly object: string;
};

export type LiveObject = VendorObject & {
  readonly template: Document;
  /** The recovery of a sleep, which is deleted with it. */
  readonly companion?: LiveObject;
  corrections: number;
  putAt: number;
};

type NewObject = Omit<VendorObject, 'object'> & { readonly object?: string };

/** The objects at the vendors: all that were ever created, and those that still exist. */
export function createObjectPool(random: Random) {
  const all: VendorObject[] = [];
  const live: LiveObject[] = [];
  return {
    all: all as readonly VendorObject[],
    add(about: NewObject, template: Document, companion?: LiveObject): LiveObject {
      const one: LiveObject = {
        object: `${about.collection}/${about.id}`,
        ...about,
        template,
        corrections: 0,
        putAt: 0,
        ...(companion && { companion }),
      };
      live.push(one);
      all.push(one);
      return one;
    },
    /** Picks an object whose last change is older than `before`, if a few attempts find one. */
    pickRested(before: number): LiveObject | undefined {
      for (let attempt = 0; attempt < 5 && live.length > 0; attempt += 1) {
        const one = random.pick(live);
        if (Math.max(one.putAt, one.companion?.putAt ?? 0) < before) return one;
      }
      return undefined;
    },
    remove(one: LiveObject): void {
      for (const gone of [one, ...(one.companion ? [one.companion] : [])]) {
        // The last one takes its position, so that nothing moves.
        const last = live.pop();
        if (last === undefined || last === gone) continue;
        const at = live.indexOf(gone);
        if (at === -1) live.push(last);
        else live[at] = last;
      }
    },
  };
}
