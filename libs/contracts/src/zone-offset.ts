// A zone's offset changes at full quarters of an hour at most, so the answers for one are kept: a formatter takes 10 µs.

const quarterMs = 900_000;
const kept = 2_000;

const formatters = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Minutes east of UTC of a zone that exists, at a time in ms since 1970. */
export function zoneOffset(zone: string, at: number): number {
  const quarter = Math.floor(at / quarterMs);
  const key = `${zone} ${quarter}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  if (offsets.size >= kept) offsets.clear();
  const offset = computeOffset(zone, quarter * quarterMs);
  offsets.set(key, offset);
  return offset;
}

function computeOffset(zone: string, at: number): number {
  const parts = formatterOf(zone).formatToParts(at);
  const { value: text } = parts.find(({ type }) => type === 'timeZoneName') as Intl.DateTimeFormatPart;
  const found = /([+-])(\d\d):(\d\d)/.exec(text) as RegExpExecArray;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return found[1] === '-' ? -minutes : minutes;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  formatters.set(zone, made);
  return made;
}
