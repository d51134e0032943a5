/** A point in time as it was reported. */
export type Timestamp = {
  readonly epochMs: number;
  /** Minutes east of UTC; undefined when the text had no offset (it is then read as UTC). */
  readonly offsetMinutes: number | undefined;
  /**
   * RFC 3339 in one spelling: `T`, `Z` for no offset, no trailing zeros in the fraction. An offset stays as it was reported,
   * `+00:00` included; `-00:00`, which RFC 3339 has for an unknown one, is `Z`.
   */
  readonly text: string;
};

const maxOffsetMinutes = 14 * 60;
const daysInMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Strict RFC 3339, with or without offset; undefined for anything else. Written by hand because it runs for
 * every event: a fifth of the time of a regular expression with Date.parse, which also takes days that do not exist.
 */
export function parseTimestamp(input: string): Timestamp | undefined {
  if (input !== last.input) last = { input, parsed: parse(input) };
  return last.parsed;
}

/** Judging, naming and sorting a reading all ask for the time of the same text, and so do the readings beside it. */
let last: { readonly input: string; readonly parsed: Timestamp | undefined } = {
  input: '',
  parsed: undefined,
};

function parse(input: string): Timestamp | undefined {
  const day = dayOf(input);
  const hour = digits(input, 11, 13);
  const minute = digits(input, 14, 16);
  const second = digits(input, 17, 19);
  if (day === undefined || (input[10] !== 'T' && input[10] !== 't')) return undefined;
  if (input[13] !== ':' || input[16] !== ':') return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return undefined;
  const zoneAt = endOfFraction(input);
  const offset = zoneAt === -1 ? null : offsetAt(input, zoneAt);
  if (offset === null) return undefined;
  const local =
    Date.UTC(day.year, day.month - 1, day.day, hour, minute, second) + milliseconds(input, zoneAt);
  return {
    epochMs: local - (offset ?? 0) * 60_000,
    offsetMinutes: offset,
    text: spell(input, zoneAt),
  };
}

/**
 * Minutes east of UTC of the place where a time was reported; undefined for `Z` and for no offset, which do not say where
 * that was. `+00:00` does.
 */
export function realOffset({ offsetMinutes, text }: Timestamp): number | undefined {
  return text.endsWith('Z') ? undefined : offsetMinutes;
}

/** The spelling with `Z` for every zero offset. Hashes go over it, so that none depends on how a zero was reported. */
export function withZuluForZero(text: string): string {
  return text.endsWith('+00:00') ? `${text.slice(0, -6)}Z` : text;
}

/** RFC 3339 in UTC with milliseconds. */
export function utc(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function dayOf(input: string): { year: number; month: number; day: number } | undefined {
  const year = digits(input, 0, 4);
  const month = digits(input, 5, 7);
  const day = digits(input, 8, 10);
  if (input[4] !== '-' || input[7] !== '-') return undefined;
  // Date.UTC takes years below 100 for 19xx.
  if (year < 100 || month < 1 || month > 12 || day < 1) return undefined;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day > (leap ? 29 : (daysInMonth[month - 1] ?? 0)) ? undefined : { year, month, day };
}

/** The number that the digits in [from, to) spell; -1 when one is no digit or missing. */
function digits(input: string, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = input.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Where the zone begins; -1 for an empty fraction or one of more than nine digits. */
function endOfFraction(input: string): number {
  if (input[19] !== '.') return 19;
  let at = 20;
  while (digits(input, at, at + 1) >= 0) at++;
  return at === 20 || at > 29 ? -1 : at;
}

function milliseconds(input: string, zoneAt: number): number {
  if (zoneAt === 19) return 0;
  const kept = Math.min(zoneAt, 23);
  return digits(input, 20, kept) * 10 ** (23 - kept);
}

/** Minutes east of UTC, undefined when there is no offset, null when it is malformed. */
function offsetAt(input: string, at: number): number | undefined | null {
  if (at === input.length) return undefined;
  const sign = input[at];
  if (sign === 'Z' || sign === 'z') return at + 1 === input.length ? 0 : null;
  if (sign !== '+' && sign !== '-') return null;
  const hours = digits(input, at + 1, at + 3);
  const minutes = digits(input, at + 4, at + 6);
  if (hours < 0 || minutes < 0 || minutes > 59 || input[at + 3] !== ':' || input.length !== at + 6)
    return null;
  const offset = hours * 60 + minutes;
  if (offset > maxOffsetMinutes) return null;
  return sign === '-' && offset > 0 ? -offset : offset;
}

function spell(input: string, zoneAt: number): string {
  let end = zoneAt;
  if (zoneAt > 19) while (input[end - 1] === '0') end--;
  if (input[end - 1] === '.') end--;
  const given = input.slice(zoneAt);
  const zone = given === '' || given === 'z' || given === '-00:00' ? 'Z' : given;
  if (end === zoneAt && input[10] === 'T' && input.endsWith(zone)) return input;
  return `${input.slice(0, 10)}T${input.slice(11, end)}${zone}`;
}
