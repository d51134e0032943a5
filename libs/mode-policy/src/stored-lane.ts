import type { Lane, Past } from './person-state.ts';
import { firstVarint, symbol, symbolAt, varint } from './symbols.ts';

// A lane as one text: kind, source, the age of its newest day, the days before it, a separator, the sketch of the newest.
// Of the days several in a row without a value, two exclamation marks each, are stored as a space and their number.

const separator = ' !';
/** By so many days a local day is ahead of that of UTC at most, and one to spare. */
const ahead = 2;
const longGap = /(?:!!){2,}/g;
const storedGap = / (.)/g;

/** The days before the newest change once a day, and are stored with every event. */
const storedPasts = new WeakMap<Past, string>();

/** @param today The local day that ages are counted from. */
export function storeLane([kind, source, past, sketch]: Lane, today: number): string {
  return (
    symbol(kind) + symbol(source) + varint(today + ahead - past[0]) + storedDays(past) + separator + sketch
  );
}

export function restoreLane(text: string, today: number): Lane {
  const { value: age, end } = firstVarint(text, 2);
  const middle = text.indexOf(separator, end);
  const days = text.slice(end, middle);
  const past: Past = [
    today + ahead - age,
    days.replace(storedGap, (_, count: string) => '!!'.repeat(symbolAt(count, 0))),
  ];
  storedPasts.set(past, days);
  return [symbolAt(text, 0), symbolAt(text, 1), past, text.slice(middle + separator.length)];
}

function storedDays(past: Past): string {
  const known = storedPasts.get(past);
  if (known !== undefined) return known;
  const days = past[1].replace(longGap, (gap) => ` ${symbol(gap.length / 2)}`);
  storedPasts.set(past, days);
  return days;
}
