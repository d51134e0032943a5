import type { Closeable, Log } from '@bridge/core';

export type PlannerOptions = {
  /** Plans persons who are due; returns how many there were. */
  readonly planDueGroups: () => Promise<number>;
  /** When the next person is due; milliseconds since 1970, null for never. */
  readonly nextDue: () => Promise<number | null>;
  readonly now: () => number;
  readonly log: Log;
};

export type Planner = Closeable & {
  /** Something became due, or may become due earlier than before. */
  readonly nudge: () => void;
};

/** Another process may make persons due without a nudge to this one, so it looks at least this often. */
const longestPauseMs = 500;
const pauseAfterFailureMs = 1_000;

/** Plans again whenever somebody is due, until it is closed. One pass at a time. */
export function startPlanner({ planDueGroups, nextDue, now, log }: PlannerOptions): Planner {
  let stopping = false;
  let wake: () => void = () => undefined;
  let nudged = false;

  async function pass(): Promise<number> {
    try {
      while (!stopping && (await planDueGroups()) > 0);
      const due = await nextDue();
      return due === null ? longestPauseMs : Math.min(Math.max(due - now(), 0), longestPauseMs);
    } catch (error) {
      log.warn('notifications not planned; trying again', { error });
      return pauseAfterFailureMs;
    }
  }

  const isIdle = () => !nudged && !stopping;

  async function run(): Promise<void> {
    while (!stopping) {
      nudged = false;
      const pauseMs = await pass();
      if (isIdle()) await pauseFor(pauseMs);
    }
  }

  function pauseFor(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const running = run();
  return {
    nudge() {
      nudged = true;
      wake();
    },
    async close() {
      stopping = true;
      wake();
      await running;
    },
  };
}
