/** Faults in a row until a person's requests wait: fewer may be those of single documents. */
const faultsUntilClosed = 3;
const shortestMs = 5_000;
const longestMs = 60_000;
/** People who fail at the same time; beyond them the oldest is forgotten and asked again. */
const most = 10_000;

type Gate = { readonly faults: number; readonly faultAtMs: number; readonly closedUntilMs: number };

/** Keeps requests back whose person's answers were faults time and again, so that these occupy nobody else's turn. */
export function createPersonGates(now: () => number) {
  const gates = new Map<string, Gate>();
  return {
    closedForMs: (person: string): number => Math.max(0, (gates.get(person)?.closedUntilMs ?? 0) - now()),
    /**
     * Notes a fault. Faults of requests that were under way together count once.
     * @param askedAtMs When the request began.
     * @returns For how long the gate is closed, in milliseconds.
     */
    fail(person: string, askedAtMs: number): number {
      const last = gates.get(person);
      if (last !== undefined && askedAtMs < last.faultAtMs) return Math.max(0, last.closedUntilMs - now());
      const faults = (last?.faults ?? 0) + 1;
      const closures = faults - faultsUntilClosed;
      const closedMs = closures < 0 ? 0 : Math.min(longestMs, shortestMs * 2 ** Math.min(closures, 10));
      gates.delete(person);
      gates.set(person, { faults, faultAtMs: now(), closedUntilMs: now() + closedMs });
      const [oldest] = gates.keys();
      if (gates.size > most && oldest !== undefined) gates.delete(oldest);
      return closedMs;
    },
    open: (person: string): void => void gates.delete(person),
    openAll: (): void => gates.clear(),
  };
}
