import type { Closeable, Log } from '@bridge/core';
import type { Bell } from '../deliveries/bell.ts';

export type PlannerOptions = {
  /** Plans persons who are due; returns how many there were. */
  readonly planDueGroups: () => Promise<number>;
  /** When the next person is due; milliseconds since 1970, null for never. */
  readonly nextDue: () => Promise<number | null>;
  /** Rings when something became due, or may become due earlier than before. */
  readonly bell: Bell;
  readonly now: () => number;
  readonly log: Log;
};

/** Another process may make persons due without a nudge to this one, so it looks at least this often. */
const longestPauseMs = 500;
const pauseAfterFailureMs = 1_000;

/** Plans again whenever somebody is due, until it is closed. One pass at a time. */
export function startPlanner({ planDueGroups, nextDue, bell, now, log }: PlannerOptions): Closeable {
  let stopping = false;

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
