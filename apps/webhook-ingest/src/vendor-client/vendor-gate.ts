import type { VendorAnswer } from '../vendors/vendor-answer.ts';
import { createOutage } from './outage.ts';

/** Whether one vendor may be asked, as this process knows it. */
export type VendorGate = {
  /** Asks unless the vendor is down. */
  pass(ask: () => Promise<VendorAnswer>): Promise<VendorAnswer>;
  /** Nobody has a request left until then, in milliseconds. */
  limit(untilMs: number): void;
  /** Until when there is nothing to be had, in milliseconds; undefined when there is. */
  closedUntilMs(): number | undefined;
  /** The vendor was down when it was asked last: nobody knows better yet. */
  isDown(): boolean;
};

type Deps = {
  /** Of those who wait for this vendor. */
  readonly line: {
    readonly hold: (untilMs: number) => Promise<void>;
    readonly release: (atMost?: number) => Promise<void>;
  };
  readonly now: () => number;
  readonly random: () => number;
};

/**
 * Closes by itself when the vendor is down or its quota is used up, and opens by itself. Those who wait are held meanwhile
 * instead of being looked at one by one, and are released newest first: all of them, or one to see whether the vendor is back.
 */
export function createVendorGate({ line, now, random }: Deps): VendorGate {
  const [byLimit, byOutage] = [createClosing(line, now), createClosing(line, now)];
  let limitedUntilMs = 0;
  const outage = createOutage({
    ...{ now, random },
    onDown: (probeAtMs) => byOutage.close(probeAtMs, 1),
    onBack: () => byOutage.open(),
  });
  return {
    pass: (ask) => outage.pass(ask),
    isDown: () => outage.isDown(),
    limit(untilMs) {
      if (untilMs <= limitedUntilMs) return;
      limitedUntilMs = untilMs;
      byLimit.close(untilMs);
    },
    closedUntilMs() {
      const downUntilMs = outage.untilMs() ?? 0;
      const untilMs = Math.max(limitedUntilMs, downUntilMs);
      return untilMs > now() ? untilMs : undefined;
    },
  };
}

function createClosing({ hold, release }: Deps['line'], now: () => number) {
  let opening: NodeJS.Timeout | undefined;

  function open(atMost?: number): void {
    clearTimeout(opening);
    opening = undefined;
    quietly(release(atMost));
  }

  return {
    open,
    /** @param atMost So many are released then. */
    close(untilMs: number, atMost?: number): void {
      if (opening === undefined) quietly(hold(untilMs));
      clearTimeout(opening);
      opening = setTimeout(open, untilMs - now(), atMost).unref();
    },
  };
}

/** Without the database nobody has a turn anyway; afterwards those who are held come by their own time. */
function quietly(work: Promise<void>): void {
  void work.catch(() => undefined);
}
