import { metricWords } from '../words/words.ts';

export type ShownValue = { readonly value: string; readonly unit: string };

/** A value as people read it: durations in hours, few decimals, the unit in plain signs. */
export function shownValue(metric: string, value: number, unit: string): ShownValue {
  if (unit === 's') return { value: duration(value), unit: '' };
  const known = Object.hasOwn(metricWords, metric) ? metricWords[metric]?.unit : undefined;
  return { value: shownNumber(value), unit: known ?? plainUnit(unit) };
}

export function valueText(metric: string, value: number, unit: string): string {
  const shown = shownValue(metric, value, unit);
  return [shown.value, shown.unit].filter((part) => part !== '').join(' ');
}

export function shownNumber(value: number): string {
  if (Number.isInteger(value)) return value.toLocaleString('en');
  const size = Math.abs(value);
  return value.toFixed(size < 10 ? 2 : 1);
}

function plainUnit(unit: string): string {
  if (unit === '1' || unit === '{score}') return '';
  return unit.replaceAll(/[{}[\]]/g, '');
}

export function duration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** Of a wait, from seconds to days. */
export function span(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 172_800) return duration(seconds);
  return `${Math.round(seconds / 86_400)} days`;
}

export function count(number: number, one: string, many = `${one}s`): string {
  return `${number.toLocaleString('en')} ${number === 1 ? one : many}`;
}
