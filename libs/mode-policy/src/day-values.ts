import { symbol, symbolAt, symbolCount } from './symbols.ts';

// One value per local day, oldest first, two characters each. Steps of 0.01 below 20 and of 0.05 from there, exact for
// values with one decimal; up to 400.
const fineBelow = 20;
const fine = 100;
const coarse = 20;
const none = '!!';
const greatest = 400;

export function encodeValue(value: number): string {
  const bounded = Math.min(Math.max(value, 0), greatest);
  const code =
    bounded < fineBelow
      ? Math.round(bounded * fine)
      : fineBelow * fine + Math.round((bounded - fineBelow) * coarse);
  return symbol(Math.floor(code / symbolCount)) + symbol(code % symbolCount);
}

/** The value at a position; NaN when that day has none. */
export function decodeValue(days: string, position: number): number {
  const at = position * 2;
  if (days.charCodeAt(at) === none.charCodeAt(0)) return Number.NaN;
  const code = symbolAt(days, at) * symbolCount + symbolAt(days, at + 1);
  return code < fineBelow * fine ? code / fine : fineBelow + (code - fineBelow * fine) / coarse;
}

export function dayCount(days: string): number {
  return days.length / 2;
}

/** Appends a day's value, followed by `gap` days without one; at most `keep` days remain. */
export function withNewest(days: string, value: number | undefined, gap: number, keep: number): string {
  const added = value === undefined ? none : encodeValue(value);
  if (gap >= keep) return '';
  return (days + added + none.repeat(gap)).slice(-2 * keep);
}

/** Replaces the value of the day `back` days before the end (1: the newest); undefined removes it. */
export function withDayBack(days: string, back: number, value: number | undefined): string {
  const filled = days.padStart(2 * back, none);
  const at = filled.length - 2 * back;
  return filled.slice(0, at) + (value === undefined ? none : encodeValue(value)) + filled.slice(at + 2);
}
