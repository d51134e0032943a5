import { parseTimestamp, utc } from './timestamp.ts';

/** What a partner may give as a time. */
export type GivenTime = string | number;

const written =
  /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d)(:\d\d(?:[.,]\d{1,18})?)?(?: ?(Z|z|UTC|GMT|[+-]\d\d(?::?\d\d)?))?(?:\[[\w/+:-]{1,64}\])?$/;
const epochText = /^\d{9,20}(?:\.\d{1,9})?$/;

/**
 * A partner's time as RFC 3339, so that one moment has one content hash however its client spells it; undefined for what
 * is none. Read are a space for `T`, no seconds, a comma before the fraction, `+0000`, `+02`, `UTC`, a zone in brackets
 * behind the offset, and epochs in s, ms, µs or ns as numbers or text. A zone without an offset would need a calendar.
 */
export function partnerTime(given: GivenTime): string | undefined {
  if (typeof given === 'number') return fromEpoch(given);
  if (parseTimestamp(given) !== undefined) return given;
  if (epochText.test(given)) return fromEpoch(Number(given));
  const [, day, minute, second = ':00', zone] = written.exec(given) ?? [];
  if (day === undefined || minute === undefined) return undefined;
  if (zone === undefined && given.endsWith(']')) return undefined;
  const text = `${day}T${minute}${second.replace(',', '.').slice(0, 13)}${offsetOf(zone)}`;
  return parseTimestamp(text) === undefined ? undefined : text;
}

/** With a colon and minutes; nothing where there was none. */
function offsetOf(zone: string | undefined): string {
  if (zone === undefined) return '';
  if (/^[A-Za-z]/.test(zone)) return 'Z';
  return zone.length === 3 ? `${zone}:00` : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
}

/** Seconds to nanoseconds are told apart by their size, from 1973 to 5138. */
function fromEpoch(value: number): string | undefined {
  if (!(value >= 1e8 && value < 1e20)) return undefined;
  if (value < 1e11) return utc(Math.round(value * 1e3));
  if (value < 1e14) return utc(Math.floor(value));
  return utc(Math.floor(value < 1e17 ? value / 1e3 : value / 1e6));
}
