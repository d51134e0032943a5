const stepMs = 600_000;
const steps = 32_768;

/**
 * Priority of the job that resolves a notice of now: the newest ten minutes come first, whoever's they are, so that a
 * backlog does not hold up what happens today. Lower runs first; always below 0, before anything with the default. It
 * begins anew every 227 days, which at worst turns the order around for one backlog.
 */
export function noticePriority(nowMs: number): number {
  return -1 - (Math.floor(nowMs / stepMs) % steps);
}
