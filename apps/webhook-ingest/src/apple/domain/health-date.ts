import { halfOfDay } from './day-periods.ts';
import { commonDay } from './local-calendar.ts';

/** What phones write nearly always; RFC 3339 is as long. */
const usual = /^(?:19[89]|20\d)\d-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}$/;
const spelled = Buffer.alloc('2026-07-06T14:30:00-03:00'.length);
const longest = 80;

/** Year, month and day; day, month and year; and with the English names of months, as in mail. */
const days: readonly { readonly pattern: RegExp; readonly order: readonly ('year' | 'month' | 'day')[] }[] = [
  { pattern: /^(\d{1,4})([-/.])(\d{1,2})\2(\d{1,2})(?=$|\D)/, order: ['year', 'month', 'day'] },
  { pattern: /^(\d{1,2})(\.)(\d{1,2})\2(\d{4})(?=$|\D)/, order: ['day', 'month', 'year'] },
  { pattern: /^(\d{1,2})([-/])(\d{1,2})\2(\d{4})(?=$|\D)/, order: ['month', 'day', 'year'] },
];
const mailed = /^(?:[a-z]{3,9},? )?(?:(\d{1,2}) ([a-z]{3,9})|([a-z]{3,9}) (\d{1,2})),? (\d{4})(?=$|\D)/i;
const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');

const clock = /^(\D*?)(\d{1,2})[:.](\d\d)(?:[:.](\d\d)(?:[.,](\d{1,9}))?)?(.*)$/s;
const zone = /(?:^|\s)?(z|(?:gmt|utc)?\s?[+-]\d{1,2}(?::?\d\d)?|gmt|utc)$/i;
/** A zone's name stands behind its offset in what Java writes. */
const bracketed = /\[[\w/+-]{1,48}\]$/;

/**
 * A time as Apple Health's exports write it in the phone's language, digits and calendar, or as a count of seconds or
 * milliseconds: as RFC 3339 with the same offset. Undefined when it is none, or could be two.
 */
export function parseHealthDate(text: unknown): string | undefined {
  if (typeof text === 'number') return fromEpoch(text);
  if (typeof text !== 'string' || text.length > longest) return undefined;
  if (usual.test(text)) return spellUsual(text);
  const plain = plainText(text).replace(bracketed, '');
  if (/^\d{9,13}(?:\.\d{1,9})?$/.test(plain)) return fromEpoch(Number(plain));
  const day = leadingDay(plain);
  if (day === undefined) return undefined;
  const time = timeOf(day.rest);
  return time === undefined ? undefined : `${day.day}T${time}`;
}

/** The day of a day alone or of a time, `2026-07-06`; undefined when it is neither. */
export function parseHealthDay(text: unknown): string | undefined {
  if (typeof text !== 'string' || text.length > longest) return undefined;
  const day = leadingDay(plainText(text));
  return day?.rest === '' ? day.day : parseHealthDate(text)?.slice(0, '2026-07-06'.length);
}

/** In ASCII digits, with simple spaces and signs, and without the marks of right-to-left scripts. */
function plainText(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\u200b-\u200f\u202a-\u202e\u2066-\u2069\u061c]/g, '')
    .replaceAll(/\p{Nd}/gu, asciiDigit)
    .replaceAll(/[\u2010-\u2015\u2212]/g, '-')
    .replaceAll('\u060c', ',')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Digits of a script follow each other from its zero. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (code - zero < 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

function leadingDay(text: string): { readonly day: string; readonly rest: string } | undefined {
  for (const { pattern, order } of days) {
    const found = pattern.exec(text);
    if (found === null) continue;
    const numbers = [found[1], found[3], found[4]].map(Number);
    const numberOf = (name: 'year' | 'month' | 'day') => numbers[order.indexOf(name)] ?? NaN;
    const year = numberOf('year');
    let [month, day] = [numberOf('month'), numberOf('day')];
    // With slashes half of the world writes the month first, the other half the day.
    if (order[0] === 'month') {
      if (month <= 12 && day <= 12 && month !== day) return undefined;
      if (month > 12) [month, day] = [day, month];
    }
    return inCalendar({ year, month, day }, text.slice(found[0].length));
  }
  const found = mailed.exec(text);
  if (found === null) return undefined;
  const month = months.indexOf((found[2] ?? found[3] ?? '').slice(0, 3).toLowerCase()) + 1;
  return inCalendar(
    { year: Number(found[5]), month, day: Number(found[1] ?? found[4]) },
    text.slice(found[0].length),
  );
}

type YearMonthDay = Readonly<Record<'year' | 'month' | 'day', number | undefined>>;

function inCalendar({ year = NaN, month = NaN, day = NaN }: YearMonthDay, rest: string) {
  if (!(month >= 1 && month <= 13 && day >= 1 && day <= 31)) return undefined;
  const common = commonDay(year, month, day);
  return common === undefined ? undefined : { day: common, rest };
}

/** `14:30:00-03:00` for what stands behind the day. */
function timeOf(rest: string): string | undefined {
  const offset = zone.exec(rest);
  const offsetText = offset?.[1] === undefined ? undefined : offsetOf(offset[1]);
  if (offset === null || offsetText === undefined) return undefined;
  const [all, before = '', hour, minute, second = '00', fraction, after = ''] =
    clock.exec(rest.slice(0, offset.index)) ?? [];
  if (all === undefined) return undefined;
  const word = `${before.replace(/^(?:,? ?at |[t,])/i, '')}${after}`.trim();
  const hours = word === '' ? Number(hour) : hourOf(Number(hour), word);
  if (hours === undefined) return undefined;
  const part = fraction === undefined ? '' : `.${fraction}`;
  return `${String(hours).padStart(2, '0')}:${minute ?? ''}:${second}${part}${offsetText}`;
}

/** The hour of the day; undefined when a 12-hour clock does not show it. Days and hours that do not exist fail later. */
function hourOf(hour: number, word: string): number | undefined {
  const half = halfOfDay(word);
  if (half === undefined || hour < 1 || hour > 12) return undefined;
  return (hour % 12) + (half === 'pm' ? 12 : 0);
}

function offsetOf(given: string): string | undefined {
  const text = given.toLowerCase().replace(/^(?:gmt|utc) ?/, '');
  if (text === 'z' || text === '') return 'Z';
  const [, sign = '', hours = '', minutes = '00'] = /^([+-])(\d{1,2}):?(\d\d)?$/.exec(text) ?? [];
  return sign === '' ? undefined : `${sign}${hours.padStart(2, '0')}:${minutes}`;
}

const dayMs = 86_400_000;
const appleEpochMs = Date.UTC(2001, 0, 1);
/** Nobody measured for Apple Health before, and the day after 2100 is none of ours either. */
const earliestMs = Date.UTC(2005, 0, 1);
const latestMs = Date.UTC(2100, 0, 1);

/** Of seconds or milliseconds since 1970, or Apple's own seconds since 2001: the three never lie in the same years. */
function fromEpoch(number: number): string | undefined {
  const candidates = [number, number * 1000, number * 1000 + appleEpochMs];
  const ms = candidates.find((one) => one >= earliestMs && one < latestMs - dayMs);
  return ms === undefined ? undefined : new Date(Math.round(ms)).toISOString();
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
