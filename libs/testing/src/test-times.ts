const dayMs = 86_400_000;

/** When the stories of tests begin, in ms: seven in the morning (UTC), ten days before the run. A fixed date would grow too old. */
export const testMorning = Math.floor(Date.now() / dayMs) * dayMs - 10 * dayMs + 7 * 3_600_000;

/** A time in the stories of tests, `minutes` after they begin, as JavaScript writes it: RFC 3339 in UTC with milliseconds. */
export function testTime(minutes = 0): string {
  return new Date(testMorning + minutes * 60_000).toISOString();
}
