import { type Closeable } from '@bridge/core';

export type Releases = {
  /** Waits for a resource and registers its release. */
  use<T extends Closeable>(resource: T | Promise<T>): Promise<T>;
  /** Closes everything in reverse order, once; a failing close does not stop the others, the first error is rethrown. */
  releaseAll(): Promise<void>;
};

/** Acquired resources, released in reverse order. */
export function createReleases(): Releases {
  const acquired: Closeable[] = [];
  let releasing: Promise<void> | undefined;

  async function release(): Promise<void> {
    const errors: unknown[] = [];
    for (let next = acquired.pop(); next !== undefined; next = acquired.pop()) {
      try {
        await next.close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }

  return {
    async use(resource) {
      const opened = await resource;
      if (releasing !== undefined) {
        await opened.close();
        throw new Error('Acquired while the service was already stopping.');
      }
      acquired.push(opened);
      return opened;
    },
    releaseAll: () => (releasing ??= release()),
  };
}
