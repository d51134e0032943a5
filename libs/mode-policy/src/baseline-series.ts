import type { Reading } from '@bridge/contracts';
import type { BaselineSeries } from './person-state.ts';
import { addToSketch, emptySketch, medianOfSketch, sketchOf } from './day-sketch.ts';
import { dayCount, decodeValue, withDayBack, withNewest } from './day-values.ts';
import { seenStatistics, type SeenStatistic, type Signal } from './signals.ts';
import { slotOf, slots, type SeenMetric, type SlotContext } from './slots.ts';

// A series holds the daily values of one metric, statistic and context: the medians of earlier days and a sketch of the
// newest day. Its number is: number of its slot × number of statistics + number of its statistic.

/** Room for all series of a state, in characters: enough for a person with every device. */
const roomForSeries = 1_150;
/** Characters of a series' numbers and punctuation in JSON. */
const frame = 20;

/** The number of the series to which a signal belongs; undefined if it has no baseline. */
export function seriesOf({ metric, context, statistic }: Pick<Signal, 'metric' | 'context' | 'statistic'>) {
  if (!hasBaseline(metric, context)) return undefined;
  const slot = slotOf(metric, context);
  return slot === undefined ? undefined : seriesNumber(slot, statistic);
}

export function seriesNumber(slot: number, statistic: SeenStatistic): number {
  return slot * seenStatistics.length + seenStatistics.indexOf(statistic);
}

/** Only a pulse asleep is compared with a baseline; awake it depends on what the person does. */
function hasBaseline(metric: SeenMetric, context: string): boolean {
  if (metric === 'heart_rate') return context === 'sleep';
  return metric === 'hrv_rmssd' || metric === 'hrv_sdnn' || metric === 'resting_heart_rate';
}

/** Judges by the event alone: a pulse without a context may be one asleep. */
export function mayHaveBaseline({ metric, context }: Reading, eventType: string): boolean {
  if (metric === 'heart_rate') return context === undefined ? eventType === 'sleep' : context === 'sleep';
  return metric === 'hrv_rmssd' || metric === 'hrv_sdnn' || metric === 'resting_heart_rate';
}

export function findSeries(allSeries: readonly BaselineSeries[], series: number): BaselineSeries | undefined {
  return allSeries.find((one) => one[0] === series);
}

/** The metric, context and statistic of a series. */
export function seriesMeaning(series: number): {
  readonly metric: SeenMetric | undefined;
  readonly context: SlotContext | undefined;
  readonly statistic: SeenStatistic | undefined;
} {
  const slot = slots[Math.floor(series / seenStatistics.length)];
  return {
    metric: slot?.metric,
    context: slot?.context,
    statistic: seenStatistics[series % seenStatistics.length],
  };
}

export function newestDay([, [day]]: BaselineSeries): number {
  return day;
}

/** The value of a day; NaN when it has none. */
export function valueOn([, [newest, values], today]: BaselineSeries, day: number): number {
  if (day === newest) return medianOfSketch(today) ?? Number.NaN;
  const position = dayCount(values) - (newest - day);
  return day > newest || position < 0 ? Number.NaN : decodeValue(values, position);
}

export function newSeries(series: number, day: number, value: number): BaselineSeries {
  return [series, [day, ''], sketchOf([value])];
}

/** Adds a value of the newest day or of a newer one; `keep` days before it remain. */
export function withValue(
  [series, past, today]: BaselineSeries,
  day: number,
  value: number,
  keep: number,
): BaselineSeries {
  const [newest, values] = past;
  if (day === newest) return [series, past, addToSketch(today, value)];
  const closed = withNewest(values, medianOfSketch(today), day - newest - 1, keep);
  return [series, [day, closed], addToSketch(emptySketch, value)];
}

/** Replaces all values of one day; without values the day is removed. */
export function withDayRecounted(
  [series, past, today]: BaselineSeries,
  day: number,
  values: readonly number[],
): BaselineSeries {
  const [newest, before] = past;
  const sketch = sketchOf(values);
  if (day === newest) return [series, past, sketch];
  return [series, [newest, withDayBack(before, newest - day, medianOfSketch(sketch))], today];
}

/** Replaces or adds one series and keeps as many as there is room for. */
export function withSeries(
  allSeries: readonly BaselineSeries[],
  changed: BaselineSeries,
): readonly BaselineSeries[] {
  const at = allSeries.findIndex(([series]) => series === changed[0]);
  let all = at === -1 ? [...allSeries, changed] : allSeries.with(at, changed);
  while (roomTaken(all) > roomForSeries) all = withoutLeast(all, newestDay(changed));
  return all;
}

function roomTaken(allSeries: readonly BaselineSeries[]): number {
  let taken = 0;
  for (const [, [, values], today] of allSeries) taken += values.length + today.length + frame;
  return taken;
}

/** Drops the series that was silent for most weeks; of equally silent ones the shortest, such as a new one. */
function withoutLeast(allSeries: readonly BaselineSeries[], day: number): BaselineSeries[] {
  const silentWeeks = (series: BaselineSeries) => Math.max(0, Math.floor((day - newestDay(series)) / 7));
  return allSeries
    .toSorted((a, b) => silentWeeks(a) - silentWeeks(b) || b[1][1].length - a[1][1].length)
    .slice(0, -1);
}
