import type { VendorAnswer } from '../vendors/vendor-answer.ts';

type Deps = {
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Nobody asks before then. */
  readonly onDown: (probeAtMs: number) => void;
  readonly onBack: () => void;
};

/** So many answers in a row that did not come: fewer may be faults of single documents. */
const failuresUntilDown = 3;
const shortestMs = 5_000;
/** With what is added, at most four requests a minute. */
const longestMs = 15_000;
const jitter = 0.2;

/**
 * Knows whether a vendor is down. While it is, one request goes out now and then, the first that is asked for when its time
 * has come; all others are answered at once. When one gets through, everybody may ask again.
 */
export function createOutage({ now, random, onDown, onBack }: Deps) {
  let failures = 0;
  let down: { readonly sinceMs: number; probeAtMs: number } | undefined;
  let probe: Promise<unknown> | undefined;

  function note(answer: VendorAnswer): VendorAnswer {
    // A limit may be our own: it tells nothing.
    if (answer.kind === 'limited') return answer;
    if (answer.kind !== 'unavailable') {
      failures = 0;
      if (down !== undefined) {
        down = undefined;
        onBack();
      }
      return answer;
    }
    failures += 1;
    if (down === undefined && failures < failuresUntilDown) return { ...answer, retryAfterMs: shortestMs };
    const sinceMs = down?.sinceMs ?? now();
    const pauseMs = Math.min(longestMs, Math.max(shortestMs, (now() - sinceMs) / 2));
    down = { sinceMs, probeAtMs: Math.round(now() + pauseMs * (1 + jitter * random())) };
    onDown(down.probeAtMs);
    return { ...answer, ...whileDown(down.probeAtMs) };
  }

  const whileDown = (probeAtMs: number) => ({ ofAll: true, retryAfterMs: probeAtMs - now() });

  return {
    /** Asks the vendor if it is there, or if it is time to see whether it is. */
    async pass(ask: () => Promise<VendorAnswer>): Promise<VendorAnswer> {
      while (probe !== undefined) await probe;
      if (down === undefined) return note(await ask());
      if (down.probeAtMs > now()) return { kind: 'unavailable', ...whileDown(down.probeAtMs) };
      const asked = ask().then(note);
      probe = asked.catch(() => undefined).finally(() => (probe = undefined));
      return asked;
    },
    isDown: () => down !== undefined,
    /** When to ask again, in milliseconds; undefined while one may ask. */
    untilMs(): number | undefined {
      if (down === undefined) return undefined;
      if (down.probeAtMs > now()) return down.probeAtMs;
      return probe && now() + shortestMs;
    },
  };
}
