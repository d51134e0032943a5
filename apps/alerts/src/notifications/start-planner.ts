import type { Closeable, Log } from '@bridge/core';
import type { Bell } from '../deliveries/bell.ts';

export type PlannerOptions = {
  /** Plans persons who are due; returns how many there were. */
  readonly planDueGroups: () => Promise<number>;
  /** When the next person is due; milliseconds since 1970, null for never. */
  readonly nextDue: () => Promise<number | null>;
  /** Notes changes of the configuration, also while nobody is due. */
  readonly refresh: () => Promise<unknown>;
  /** Rings when something became due, or may become due earlier than before. */
  readonly bell: Bell;
  readonly now: () => number;
  readonly log: Log;
};

/** Another process may make persons due without a nudge to this one, so it looks at least this often. */
const longestPauseMs = 500;
const pauseAfterFailureMs = 1_000;
/** Another process is planning those who are due. */
const pauseBesideOthersMs = 25;

/** Plans again whenever somebody is due, until it is closed. One pass at a time; a look that finds nobody is one statement. */
export function startPlanner({ planDueGroups, nextDue, refresh, bell, now, log }: PlannerOptions): Closeable {
  let stopping = false;

  /** Returns for how long nobody is due. */
  async function planWhileDue(): Promise<number> {
    while (!stopping) {
      const [due] = await Promise.all([nextDue(), refresh()]);
      const left = due === null ? Infinity : due - now();
      if (left > 0) return Math.min(left, longestPauseMs);
      if ((await planDueGroups()) === 0) return pauseBesideOthersMs;
    }
    return 0;
  }

  async function pass(): Promise<number> {
    try {
      return await planWhileDue();
    } catch (error) {
      log.warn('notifications not planned; trying again', { error });
      return pauseAfterFailureMs;
    }
  }

  async function run(): Promise<void> {
    while (!stopping) await bell.wait(await pass());
  }

  const running = run();
  return {
    async close() {
      stopping = true;
      bell.ring();
      await running;
    },
  };
}
