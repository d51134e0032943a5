/** `2026-07-06 14:30:00 -0300`; with a 12-hour clock `2026-07-06 2:30:00 PM -0300`, in any case and with any space. */
const pattern =
  /^(\d{4}-\d\d-\d\d)[ T](\d{1,2}):(\d\d):(\d\d)(\.\d{1,9})?(?:\s*([ap])\.?m\.?)?\s*(Z|[+-]\d\d:?\d\d)$/i;

/** What phones write nearly always; RFC 3339 is as long. */
const usual = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}$/;
const spelled = Buffer.alloc('2026-07-06T14:30:00-03:00'.length);

/** A time as Apple Health's exports write it, as RFC 3339 with the same offset; undefined when it is none. */
export function parseHealthDate(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > 64) return undefined;
  if (usual.test(text)) return spellUsual(text);
  const [all, day, hour, minute, second, fraction = '', half, zone] = pattern.exec(text) ?? [];
  if (all === undefined || day === undefined || zone === undefined) return undefined;
  const hours = hourOf(Number(hour), half?.toLowerCase());
  if (hours === undefined) return undefined;
  return `${day}T${String(hours).padStart(2, '0')}:${minute ?? ''}:${second ?? ''}${fraction}${offsetOf(zone)}`;
}

/**
 * By way of bytes: where a device's name has one letter outside Latin-1, as in "Ada’s Watch", the whole body has two bytes
 * for each letter in memory, and so would this text and all events that are made with it.
 */
function spellUsual(text: string): string {
  spelled.write(text, 'latin1');
  spelled.write('T', 10);
  spelled.copyWithin(19, 20, 23);
  spelled.write(':', 22);
  return spelled.toString('latin1');
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
