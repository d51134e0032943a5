/** RFC 3339 with milliseconds on the clock of the person: `offsetMinutes` east of UTC, `Z` when unknown or zero. */
export function withOffset(epochMs: number, offsetMinutes: number | undefined): string {
  const minutes = offsetMinutes ?? 0;
  const local = new Date(epochMs + minutes * 60_000).toISOString();
  if (minutes === 0) return local;
  const away = Math.abs(minutes);
  const hours = String(Math.floor(away / 60)).padStart(2, '0');
  return `${local.slice(0, -1)}${minutes < 0 ? '-' : '+'}${hours}:${String(away % 60).padStart(2, '0')}`;
}
