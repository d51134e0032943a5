/**
 * So many values may one element be made of: a workout with twelve hours of route at a point a second has 480,000, an ECG of
 * 30 seconds 80,000. As objects of few names they take up to 80 MB; where each has a name of its own, as no app writes, 100 MB.
 */
export const mostValues = 500_000;

/** How many values JSON is made of, itself and those on every level: what it takes in memory, where a text says little. */
export function valuesIn(json: unknown): number {
  if (typeof json !== 'object' || json === null) return 1;
  let count = 1;
  for (const value of Object.values(json)) count += valuesIn(value);
  return count;
}
