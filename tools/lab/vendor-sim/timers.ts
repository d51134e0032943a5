/** Runs work later, and drops the work that still waits when it is closed. */
export function createTimers() {
  const pending = new Set<NodeJS.Timeout>();
  return {
    later: (ms: number, run: () => void): void => {
      const timer = setTimeout(() => {
        pending.delete(timer);
        run();
      }, ms);
      pending.add(timer);
    },
    close: (): void => {
      for (const timer of pending) clearTimeout(timer);
    },
  };
}
