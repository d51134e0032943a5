/** Times are RFC 3339 texts; zones are IANA names. Now is an argument, in milliseconds since 1970. */

const dayMs = 86_400_000;

/** `3 min ago`, for as long as that says something; then the day. */
export function ago(at: string, now: number, zone: string): string {
  const seconds = (now - Date.parse(at)) / 1_000;
  if (Number.isNaN(seconds)) return 'at an unknown time';
  if (seconds < -60) return `on ${day(at, zone)}, ${clock(at, zone)}`;
  if (seconds < 10) return 'just now';
  if (seconds < 60) return `${Math.floor(seconds)} s ago`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h ago`;
  if (seconds < 7 * 86_400) return days(Math.floor(seconds / 86_400));
  return `on ${day(at, zone)}`;
}

function days(number: number): string {
  return number === 1 ? 'yesterday' : `${number} days ago`;
}

/** `22:31` */
export function clock(at: string, zone: string): string {
  return part(at, zone, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

/** `1 Dec 2026` */
function day(at: string, zone: string): string {
  return part(at, zone, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** `Tue, 1 Dec 2026, 22:31` */
export function moment(at: string, zone: string): string {
  return `${part(at, zone, { weekday: 'short' })}, ${day(at, zone)}, ${clock(at, zone)}`;
}

/** In the zone of the person, and in that of the viewer where both differ at that time. */
export function bothMoments(
  at: string,
  zones: { readonly person?: string | undefined; readonly viewer: string },
): string {
  const { person, viewer } = zones;
  const here = moment(at, viewer);
  if (person === undefined || !isZone(person)) return `${here} (${viewer})`;
  const there = moment(at, person);
  if (there === here) return `${there} (${person})`;
  return `${there} (${person}, the person's zone); ${here} (${viewer}, yours)`;
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    // The platform says in no other way that it knows no such zone.
    return false;
  }
}

/** From the start of a span that ends now, or so many spans earlier. */
export function spanOf(range: Range, end: number): { readonly from: string; readonly to: string } {
  return {
    from: new Date(end - rangeDays[range] * dayMs).toISOString(),
    to: new Date(end).toISOString(),
  };
}

export const ranges = ['1d', '1w', '1m', '1y'] as const;
export type Range = (typeof ranges)[number];

export function isRange(text: string): text is Range {
  return (ranges as readonly string[]).includes(text);
}

const rangeDays: Readonly<Record<Range, number>> = { '1d': 1, '1w': 7, '1m': 30, '1y': 365 };

export const rangeWords: Readonly<Record<Range, string>> = {
  '1d': '1 day',
  '1w': '1 week',
  '1m': '1 month',
  '1y': '1 year',
};

export function rangeMs(range: Range): number {
  return rangeDays[range] * dayMs;
}

/** One format per zone and fields: making one takes longer than using it a hundred times. */
const formats = new Map<string, Intl.DateTimeFormat>();

function part(at: string, zone: string, fields: Intl.DateTimeFormatOptions): string {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return '?';
  const key = `${zone} ${Object.keys(fields).join()}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat('en-GB', { timeZone: zone, ...fields });
  formats.set(key, format);
  return format.format(date);
}
