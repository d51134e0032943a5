import type { VendorAnswer } from '../vendors/vendor-answer.ts';
import { createPersonGates } from './person-gates.ts';

/** Whether one vendor may be asked, as far as this process knows. */
export type VendorBreaker = {
  /**
   * Asks, unless the vendor is down and the next probe is not due, or this person's requests fail time and again.
   * @param person Whose documents; faults that may be theirs alone count for the vendor once.
   */
  pass(ask: () => Promise<VendorAnswer>, person?: string): Promise<VendorAnswer>;
  /** No requests are left until then, in milliseconds. */
  limit(untilMs: number): void;
  /** Until when nothing is to be had, in milliseconds; undefined while one may ask. */
  closedUntilMs(): number | undefined;
  /** The vendor was down when it was asked last: nobody knows better yet. */
  isDown(): boolean;
  /**
   * The last answer was a fault, perhaps of one person alone: asking for one object at a time shows which it is, and few
   * objects have to wait because of it.
   */
  isSuspect(): boolean;
};

type Deps = {
  /** The notices that wait for this vendor. */
  readonly queue: Queue;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly report: (state: 'closed' | 'open') => void;
};

type Queue = {
  readonly pause: (untilMs: number) => Promise<void>;
  /** @param atMost Absent: everything that was paused. */
  readonly resume: (atMost?: number) => Promise<void>;
};

/** A request: whose documents it was for, and when it began. */
type PersonRequest = { readonly person: string | undefined; readonly askedAtMs: number };

/** So many failures in a row: fewer may be faults of single documents. */
const failuresUntilDown = 3;
const shortestMs = 5_000;
/** With the jitter, at most four requests a minute. */
const longestMs = 15_000;
const jitter = 0.2;

/**
 * Opens when the vendor is down or its quota is used up, and closes by itself. While the vendor is down, one request goes
 * out now and then: the first one after the time of the probe. All others are answered at once. The queue is paused
 * meanwhile instead of being tried notice by notice, and resumes newest first: with one notice as the next probe, and with
 * all of them when the vendor is back.
 */
export function createVendorBreaker(deps: Deps): VendorBreaker {
  const { queue, now } = deps;
  const limitPause = createPause(queue, now);
  const outage = createProbeSchedule(deps);
  let limitedUntilMs = 0;
  let failures = 0;
  const failing = new Set<string>();
  const gates = createPersonGates(now);
  let probe: Promise<unknown> | undefined;

  function note(answer: VendorAnswer, { person, askedAtMs }: PersonRequest): VendorAnswer {
    // A limit may be our own: it says nothing about the vendor.
    if (answer.kind === 'limited') return answer;
    if (answer.kind !== 'unavailable') {
      failures = 0;
      failing.clear();
      if (person !== undefined) gates.open(person);
      if (outage.isOn()) end();
      return answer;
    }
    // During an outage a fault is nobody's own: gates that closed now would keep people waiting after it.
    const isPersonal = !outage.isOn() && answer.isPersonal === true && person !== undefined;
    if (isPersonal) failing.add(person);
    else failures += 1;
    const gatedMs = isPersonal ? gates.fail(person, askedAtMs) : 0;
    // One person's faults, however many, are no outage.
    if (!outage.isOn() && failures + failing.size < failuresUntilDown)
      return { ...answer, retryAfterMs: Math.max(shortestMs, gatedMs) };
    return { ...answer, ...whileDown(outage.prolong()) };
  }

  function end(): void {
    // Whoever was refused during the outage may have been a victim of it.
    gates.openAll();
    outage.end();
  }

  const whileDown = (probeAtMs: number) => ({ ofAll: true, retryAfterMs: probeAtMs - now() });

  function downUntilMs(): number {
    const probeAtMs = outage.probeAtMs() ?? 0;
    if (!outage.isOn() || probeAtMs > now()) return probeAtMs;
    return probe === undefined ? 0 : now() + shortestMs;
  }

  const isProbeDue = () => (outage.probeAtMs() ?? Infinity) <= now() && probe === undefined;

  return {
    async pass(ask, person) {
      // Behind a closed gate nobody probes for others either: the next one does.
      const gatedMs = person === undefined ? 0 : gates.closedForMs(person);
      if (gatedMs > 0) {
        if (isProbeDue()) ignoreFailure(queue.resume(1));
        return { kind: 'unavailable', isPersonal: true, retryAfterMs: gatedMs };
      }
      while (probe !== undefined) await probe;
      const asked = { person, askedAtMs: now() };
      const probeAtMs = outage.probeAtMs();
      if (probeAtMs === undefined) return note(await ask(), asked);
      if (probeAtMs > now()) return { kind: 'unavailable', ...whileDown(probeAtMs) };
      const answered = ask().then((answer) => note(answer, asked));
      probe = answered.catch(() => undefined).finally(() => (probe = undefined));
      return answered;
    },
    isDown: outage.isOn,
    isSuspect: () => outage.isOn() || failures + failing.size > 0,
    limit(untilMs) {
      if (untilMs <= limitedUntilMs) return;
      limitedUntilMs = untilMs;
      limitPause.until(untilMs);
    },
    closedUntilMs() {
      const untilMs = Math.max(limitedUntilMs, downUntilMs());
      return untilMs > now() ? untilMs : undefined;
    },
  };
}

/** The probes of an outage, from the fault that shows it to the first answer. */
function createProbeSchedule({ queue, now, random, report }: Deps) {
  const pause = createPause(queue, now);
  let current: { readonly sinceMs: number; readonly probeAtMs: number } | undefined;

  return {
    isOn: () => current !== undefined,
    /** The time of the next probe, in an outage. */
    probeAtMs: () => current?.probeAtMs,
    /** Begins or goes on. The pause before the next probe, whose time it returns, grows with the outage. */
    prolong(): number {
      if (current === undefined) report('open');
      const sinceMs = current?.sinceMs ?? now();
      const pauseMs = Math.min(longestMs, Math.max(shortestMs, (now() - sinceMs) / 2));
      const probeAtMs = Math.round(now() + pauseMs * (1 + jitter * random()));
      current = { sinceMs, probeAtMs };
      pause.until(probeAtMs, 1);
      return probeAtMs;
    },
    end(): void {
      current = undefined;
      report('closed');
      pause.end();
    },
  };
}

function createPause({ pause, resume }: Queue, now: () => number) {
  let timer: NodeJS.Timeout | undefined;

  function end(atMost?: number): void {
    clearTimeout(timer);
    timer = undefined;
    ignoreFailure(resume(atMost));
  }

  return {
    end,
    /** @param atMost So many resume then. */
    until(untilMs: number, atMost?: number): void {
      if (timer === undefined) ignoreFailure(pause(untilMs));
      clearTimeout(timer);
      timer = setTimeout(end, untilMs - now(), atMost).unref();
    },
  };
}

/** Without the database no job runs anyway; afterwards jobs that were paused come by their own time. */
function ignoreFailure(work: Promise<void>): void {
  void work.catch(() => undefined);
}
