/** Lets those who wait go on when a load has come so far. */
export function createProgressGate() {
  const waiting: { readonly part: number; readonly resolve: () => void }[] = [];
  let passed = 0;
  return {
    pass: (part: number): void => {
      passed = part;
      for (const one of waiting) if (passed >= one.part) one.resolve();
    },
    reached: (part: number): Promise<void> => {
      const { promise, resolve } = Promise.withResolvers<undefined>();
      if (passed >= part) resolve(undefined);
      else waiting.push({ part, resolve: () => resolve(undefined) });
      return promise;
    },
  };
}
