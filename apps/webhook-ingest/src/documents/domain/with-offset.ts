/**
 * RFC 3339 with milliseconds on the clock of the person: `offsetMinutes` east of UTC. Undefined: nobody knows where the person
 * is, and `Z` says no more than that the time is UTC.
 */
export function withOffset(epochMs: number, offsetMinutes: number | undefined): string {
  const local = new Date(epochMs + (offsetMinutes ?? 0) * 60_000).toISOString();
  if (offsetMinutes === undefined) return local;
  const away = Math.abs(offsetMinutes);
  const hours = String(Math.floor(away / 60)).padStart(2, '0');
  return `${local.slice(0, -1)}${offsetMinutes < 0 ? '-' : '+'}${hours}:${String(away % 60).padStart(2, '0')}`;
}
