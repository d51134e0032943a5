/** A job's place among those that wait: lower priority first, then the earlier time, which must have come. */
export type QueuePosition = { readonly priority: number; readonly runAtMs: number };

/** Before this no notice came. */
const originMs = Date.UTC(2025, 0, 1);

/** Every job that has a notice to resolve, whatever it waits for. Before anything that no notice asks for. */
export const queuedPriority = -1;
/** Comes by its time and then finds its place: a job whose time has come lies behind all that wait in line. */
export const scheduledPriority = -2;
/** Those that are held come by themselves so much later if nobody releases them. */
const marginMs = 2_000;

/**
 * Of the job whose newest notice came then. Its time lies as long before the origin as the notice came after it, so that
 * every place in line has come already, and the newest notice has the earliest, to the millisecond, whoever's it is.
 */
export function newestFirst(receivedMs: number): QueuePosition {
  return { priority: queuedPriority, runAtMs: negated(receivedMs) };
}

/** Its own inverse: a time of arrival from a place in line. */
export function negated(ms: number): number {
  return 2 * originMs - ms;
}

/** Of a job that waits for something of its own. */
export function dueAt(runAtMs: number): QueuePosition {
  return { priority: scheduledPriority, runAtMs };
}

/** Of a job that waits until its vendor may be asked; `release` gives it its place in line back. */
export function pausedUntil(untilMs: number): QueuePosition {
  return { priority: queuedPriority, runAtMs: untilMs + marginMs };
}
