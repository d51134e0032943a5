/** The persons of one batch, from the moment their states are read until the batch is committed or given up. */
export type BatchHold = {
  /** `afterTicks`: waits while the sweeper decides one of them. Not for a batch that holds locks: the sweeper may wait for those. */
  readonly take: (subjectIds: Iterable<string>, options: { readonly afterTicks: boolean }) => Promise<void>;
  readonly release: () => void;
};

/** Persons whose time passes: decided by the sweeper, and by no batch of this process until `release`. */
export type TickHold = { readonly subjectIds: ReadonlySet<string>; readonly release: () => void };

/**
 * Who is being decided in this process, by batches or by the sweeper. Their rows would notice that both decided one person,
 * but the loser does its work again, under locks: so they keep out of each other's way.
 */
export type PersonsInHand = {
  readonly openHold: () => BatchHold;
  /** The persons of all batches. An event that is decided applies the ticks that were due before it. */
  readonly inBatches: () => readonly string[];
  /** Those of these persons that no batch holds. One sweeper at a time. */
  readonly takeForTicks: (subjectIds: Iterable<string>) => TickHold;
};

type Ticking = { readonly subjectIds: ReadonlySet<string>; readonly done: Promise<void> };

export function createPersonsInHand(): PersonsInHand {
  /** By subject id, in how many batches: one is prepared while the one before it commits. */
  const batches = new Map<string, number>();
  let ticking: Ticking | undefined;

  function openHold(): BatchHold {
    let held: readonly string[] = [];
    return {
      async take(subjectIds, { afterTicks }) {
        held = [...subjectIds];
        while (afterTicks && ticking !== undefined && held.some((id) => ticking?.subjectIds.has(id))) {
          await ticking.done;
        }
        for (const id of held) batches.set(id, (batches.get(id) ?? 0) + 1);
      },
      release() {
        for (const id of held) {
          const left = (batches.get(id) ?? 1) - 1;
          if (left === 0) batches.delete(id);
          else batches.set(id, left);
        }
        held = [];
      },
    };
  }

  return {
    openHold,
    inBatches: () => [...batches.keys()],
    takeForTicks(subjectIds) {
      const free = new Set<string>();
      for (const id of subjectIds) if (!batches.has(id)) free.add(id);
      const { promise, resolve } = Promise.withResolvers<undefined>();
      ticking = { subjectIds: free, done: promise };
      return {
        subjectIds: free,
        release() {
          ticking = undefined;
          resolve(undefined);
        },
      };
    },
  };
}
