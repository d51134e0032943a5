import type { Reading } from '@bridge/contracts';
import type { Lane } from './person-state.ts';
import { addToSketch, emptySketch, medianOfSketch, sketchOf } from './day-sketch.ts';
import { dayCount, decodeValue, withDayBack, withNewest } from './day-values.ts';
import { seenStatistics, type SeenStatistic, type Signal } from './signals.ts';
import { slotOf, slots, type SeenMetric, type SlotContext } from './slots.ts';

// A lane holds the daily values of one metric, statistic and context: medians of the days before, and a sketch of the
// newest day. Its number is that of its slot, times the statistics, plus its statistic.

/** What all lanes together may take in a state, in characters: those of a person with every device fit in. */
const roomForLanes = 1_150;
/** Numbers and punctuation of a lane in JSON. */
const frame = 20;

/** Which lane a signal belongs to; undefined for what has no baseline. */
export function laneOf({ metric, context, statistic }: Pick<Signal, 'metric' | 'context' | 'statistic'>) {
  if (!hasBaseline(metric, context)) return undefined;
  const slot = slotOf(metric, context);
  return slot === undefined ? undefined : laneNumber(slot, statistic);
}

export function laneNumber(slot: number, statistic: SeenStatistic): number {
  return slot * seenStatistics.length + seenStatistics.indexOf(statistic);
}

/** A pulse is judged against a baseline only asleep; awake it depends on what one does. */
function hasBaseline(metric: SeenMetric, context: string): boolean {
  if (metric === 'heart_rate') return context === 'sleep';
  return metric === 'hrv_rmssd' || metric === 'hrv_sdnn' || metric === 'resting_heart_rate';
}

/** By what an event says itself; a pulse without a context may be one asleep. */
export function mayHaveBaseline({ metric, context }: Reading, eventType: string): boolean {
  if (metric === 'heart_rate') return context === undefined ? eventType === 'sleep' : context === 'sleep';
  return metric === 'hrv_rmssd' || metric === 'hrv_sdnn' || metric === 'resting_heart_rate';
}

export function findLane(lanes: readonly Lane[], lane: number): Lane | undefined {
  return lanes.find((one) => one[0] === lane);
}

/** What a lane is of; for explanations. */
export function laneMeaning(lane: number): {
  readonly metric: SeenMetric | undefined;
  readonly context: SlotContext | undefined;
  readonly statistic: SeenStatistic | undefined;
} {
  const slot = slots[Math.floor(lane / seenStatistics.length)];
  return {
    metric: slot?.metric,
    context: slot?.context,
    statistic: seenStatistics[lane % seenStatistics.length],
  };
}

export function newestDay([, [day]]: Lane): number {
  return day;
}

/** The value of a day; NaN when it has none. */
export function valueOn([, [newest, values], today]: Lane, day: number): number {
  if (day === newest) return medianOfSketch(today) ?? Number.NaN;
  const position = dayCount(values) - (newest - day);
  return day > newest || position < 0 ? Number.NaN : decodeValue(values, position);
}

export function laneFrom(lane: number, day: number, value: number): Lane {
  return [lane, [day, ''], sketchOf([value])];
}

/** With a value of the newest day, or of a day that is newer still; `keep` days before that remain. */
export function withValue([lane, past, today]: Lane, day: number, value: number, keep: number): Lane {
  const [newest, values] = past;
  if (day === newest) return [lane, past, addToSketch(today, value)];
  const closed = withNewest(values, medianOfSketch(today), day - newest - 1, keep);
  return [lane, [day, closed], addToSketch(emptySketch, value)];
}

/** With all values of one day taken anew; none takes the day out. */
export function withDayAnew([lane, past, today]: Lane, day: number, values: readonly number[]): Lane {
  const [newest, before] = past;
  const sketch = sketchOf(values);
  if (day === newest) return [lane, past, sketch];
  return [lane, [newest, withDayBack(before, newest - day, medianOfSketch(sketch))], today];
}

/** The lanes with one of them exchanged or added, as many as there is room for. */
export function withLane(lanes: readonly Lane[], changed: Lane): readonly Lane[] {
  const at = lanes.findIndex(([lane]) => lane === changed[0]);
  let all = at === -1 ? [...lanes, changed] : lanes.with(at, changed);
  while (roomTaken(all) > roomForLanes) all = withoutLeast(all, newestDay(changed));
  return all;
}

function roomTaken(lanes: readonly Lane[]): number {
  let taken = 0;
  for (const [, [, values], today] of lanes) taken += values.length + today.length + frame;
  return taken;
}

/** Without the lane that was silent for most weeks; of equally silent ones, without the shortest, as a new one is. */
function withoutLeast(lanes: readonly Lane[], day: number): Lane[] {
  const silentWeeks = (lane: Lane) => Math.max(0, Math.floor((day - newestDay(lane)) / 7));
  return lanes
    .toSorted((a, b) => silentWeeks(a) - silentWeeks(b) || b[1][1].length - a[1][1].length)
    .slice(0, -1);
}
