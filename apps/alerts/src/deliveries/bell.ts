/** Wakes one loop that waits for something to do. A ring that comes while the loop works is heard when it waits again. */
export type Bell = {
  readonly ring: () => void;
  /** Until the bell rings, but no longer than `ms`; without it, as long as it takes. */
  readonly wait: (ms?: number) => Promise<void>;
};

export function createBell(): Bell {
  let next = Promise.withResolvers<undefined>();
  return {
    ring: () => next.resolve(undefined),
    async wait(ms) {
      const timer = ms === undefined ? undefined : setTimeout(() => next.resolve(undefined), ms);
      await next.promise;
      clearTimeout(timer);
      next = Promise.withResolvers();
    },
  };
}
