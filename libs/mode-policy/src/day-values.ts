import type { Scale } from './lane-kinds.ts';
import { symbol, symbolAt, symbolCount } from './symbols.ts';

// One value per local day, oldest first, two characters each: the number of steps on the lane's scale.

const none = '!!';
const greatest = symbolCount * symbolCount - 1;

export function encodeValue(value: number, { least, step }: Scale): string {
  const code = Math.min(Math.max(Math.round((value - least) / step), 0), greatest);
  return symbol(Math.floor(code / symbolCount)) + symbol(code % symbolCount);
}

/** The value at a position; NaN when that day has none. */
export function decodeValue(days: string, position: number, scale: Scale): number {
  const code = codeAt(days, position);
  return code === -1 ? Number.NaN : valueOfCode(code, scale);
}

/** -1 when the day has none. */
export function codeAt(days: string, position: number): number {
  const at = position * 2;
  if (days.charCodeAt(at) === none.charCodeAt(0)) return -1;
  return symbolAt(days, at) * symbolCount + symbolAt(days, at + 1);
}

/** Without the noise of binary fractions. */
export function valueOfCode(code: number, { least, step }: Scale): number {
  return Math.round((least + code * step) * 1_000) / 1_000;
}

export function dayCount(days: string): number {
  return days.length / 2;
}

/** Appends a day's value, followed by `gap` days without one; at most `keep` days remain. */
export function withNewest(days: string, value: string | undefined, gap: number, keep: number): string {
  if (gap >= keep) return '';
  return (days + (value ?? none) + none.repeat(gap)).slice(-2 * keep);
}

/** Replaces the value of the day `back` days before the end (1: the newest); undefined removes it. */
export function withDayBack(days: string, back: number, value: string | undefined): string {
  const filled = days.padStart(2 * back, none);
  const at = filled.length - 2 * back;
  return filled.slice(0, at) + (value ?? none) + filled.slice(at + 2);
}
