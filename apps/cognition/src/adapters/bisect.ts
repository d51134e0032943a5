import { retryVerdict } from '@bridge/core';

export type BisectDeps<Item> = {
  /** Works on some at once, all or none; returns how many were done. */
  readonly work: (items: readonly Item[]) => Promise<number>;
  /** This one alone cannot be done. */
  readonly giveUp: (item: Item, error: unknown) => Promise<void>;
};

/**
 * Work on these items together failed for good: works on ever smaller halves, until each item that fails is alone.
 * Returns how many were done; an error that is not permanent is thrown on.
 */
export async function bisect<Item>(
  items: readonly Item[],
  error: unknown,
  { work, giveUp }: BisectDeps<Item>,
): Promise<number> {
  const [first] = items;
  if (first !== undefined && items.length === 1) {
    await giveUp(first, error);
    return 0;
  }
  const middle = Math.ceil(items.length / 2);
  let done = 0;
  for (const half of [items.slice(0, middle), items.slice(middle)]) {
    try {
      done += await work(half);
    } catch (failure) {
      if (retryVerdict(failure) !== 'permanent') throw failure;
      done += await bisect(half, failure, { work, giveUp });
    }
  }
  return done;
}
