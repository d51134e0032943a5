import type { Closeable, Log } from '@bridge/core';
import type { Bell } from '../deliveries/bell.ts';
import type { PlanDueGroups } from './plan-due-groups.ts';

export type PlannerOptions = {
  /** Plans persons who are due. */
  readonly planDueGroups: PlanDueGroups;
  /** Whether two calls may be under way at a time, of different persons. */
  readonly mayOverlap: () => boolean;
  /** When the next person is due, apart from these; milliseconds since 1970, null for never. */
  readonly nextDue: (except: readonly string[]) => Promise<number | null>;
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
/** While one pass waits for the disk, the next one plans whoever became due meanwhile. */
const passesAtOnce = 2;

/** Plans again whenever somebody is due, until it is closed. A look that finds nobody is one statement. */
export function startPlanner(options: PlannerOptions): Closeable {
  const { planDueGroups, mayOverlap, nextDue, refresh, bell, now, log } = options;
  const passes = new Set<Promise<void>>();
  /** Persons whom these passes plan: until they end, the table says that these are due. */
  const inHand = new Set<string>();
  const state = { stopping: false, failed: false };

  const hasFailed = () => state.failed;

  function noteFailure(error: unknown): void {
    state.failed = true;
    log.warn('notifications not planned; trying again', { error });
  }

  /** Returns how many persons it has claimed, while it goes on to plan them. */
  function beginPass(): Promise<number> {
    const claimed = Promise.withResolvers<number>();
    let own: readonly string[] = [];
    const run = async (): Promise<void> => {
      try {
        const count = await planDueGroups((subjectIds) => {
          own = subjectIds;
          for (const subjectId of own) inHand.add(subjectId);
          claimed.resolve(own.length);
        });
        // They may be due again before whoever is due next.
        if (count > 0) bell.ring();
      } catch (error) {
        noteFailure(error);
      }
      for (const subjectId of own) inHand.delete(subjectId);
      claimed.resolve(0);
    };
    const pass = run().finally(() => passes.delete(pass));
    passes.add(pass);
    return claimed.promise;
  }

  /** Returns for how long nobody is due. */
  async function planWhileDue(): Promise<number> {
    while (!state.stopping && !hasFailed()) {
      const [due] = await Promise.all([nextDue([...inHand]), refresh()]);
      const left = due === null ? Infinity : due - now();
      if (left > 0) return Math.min(left, longestPauseMs);
      const isBusy = passes.size >= (mayOverlap() ? passesAtOnce : 1);
      if (isBusy) await Promise.race(passes);
      else if ((await beginPass()) === 0 && !hasFailed()) return pauseBesideOthersMs;
    }
    return pauseAfterFailureMs;
  }

  async function run(): Promise<void> {
    while (!state.stopping) {
      state.failed = false;
      const pauseMs = await planWhileDue().catch((error: unknown) => {
        noteFailure(error);
        return pauseAfterFailureMs;
      });
      await bell.wait(pauseMs);
    }
    await Promise.all(passes);
  }

  const running = run();
  return {
    async close() {
      state.stopping = true;
      bell.ring();
      await running;
    },
  };
}
