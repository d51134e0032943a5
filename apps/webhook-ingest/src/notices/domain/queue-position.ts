/** A job's position in the queue: lower priority first, then the earlier `run_at`, which must have passed. */
export type QueuePosition = { readonly priority: number; readonly runAtMs: number };

/** Earlier than any notice. */
const originMs = Date.UTC(2025, 0, 1);

/** Jobs with a notice to resolve. They run before all jobs that no notice asked for. */
export const queuedPriority = -1;
/** Jobs that are scheduled for a time. When it has come they enter the queue at the position of their newest notice. */
export const scheduledPriority = -2;
/** Jobs whose person got no answer. `resume` puts them back into the queue when an outage turns out to be the cause. */
export const unansweredPriority = -3;
/** Paused jobs run by themselves so much later if nothing resumes them. */
const marginMs = 2_000;

/**
 * The position of a job whose newest notice came then. For queued jobs `run_at` is a sort key, not a time: it lies as long
 * before the origin as the notice came after it. So it has always passed, and the newest notice has the earliest.
 */
export function newestFirst(receivedMs: number): QueuePosition {
  return { priority: queuedPriority, runAtMs: negated(receivedMs) };
}

/** Mirrors a time at the origin. Its own inverse: it also turns a sort key back into a time of arrival. */
export function negated(ms: number): number {
  return 2 * originMs - ms;
}

/** The position of a job that waits for a time of its own. */
export function dueAt(runAtMs: number): QueuePosition {
  return { priority: scheduledPriority, runAtMs };
}

/** The position of a job whose person is asked for again then. */
export function unansweredUntil(runAtMs: number): QueuePosition {
  return { priority: unansweredPriority, runAtMs };
}

/** The position of a job that waits until its vendor may be asked; `resume` puts it back into the queue. */
export function pausedUntil(untilMs: number): QueuePosition {
  return { priority: queuedPriority, runAtMs: untilMs + marginMs };
}
