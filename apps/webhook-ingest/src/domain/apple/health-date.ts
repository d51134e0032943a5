/** `2026-07-06 14:30:00 -0300`; with a 12-hour clock `2026-07-06 2:30:00 PM -0300`, in any case and with any space. */
const pattern =
  /^(\d{4}-\d\d-\d\d)[ T](\d{1,2}):(\d\d):(\d\d)(\.\d{1,9})?(?:\s*([ap])\.?m\.?)?\s*(Z|[+-]\d\d:?\d\d)$/i;

/** What phones write nearly always: told apart and spelled anew without a match for each of a million points. */
const usual = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}$/;

/** A time as Apple Health's exports write it, as RFC 3339 with the same offset; undefined when it is none. */
export function parseHealthDate(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 64) return undefined;
  if (usual.test(text))
    return `${text.slice(0, 10)}T${text.slice(11, 19)}${text.slice(20, 23)}:${text.slice(23)}`;
  const [all, day, hour, minute, second, fraction = '', half, zone] = pattern.exec(text) ?? [];
  if (all === undefined || day === undefined || zone === undefined) return undefined;
  const hours = hourOf(Number(hour), half?.toLowerCase());
  if (hours === undefined) return undefined;
  return `${day}T${String(hours).padStart(2, '0')}:${minute ?? ''}:${second ?? ''}${fraction}${offsetOf(zone)}`;
}

/** The hour of the day; undefined when a 12-hour clock does not show it. Days and hours that do not exist fail later. */
function hourOf(hour: number, half: string | undefined): number | undefined {
  if (half === undefined) return hour;
  if (hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'p' ? 12 : 0);
}

function offsetOf(zone: string): string {
  if (zone.length === 1) return 'Z';
  return zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`;
}
