import { addToSketch, emptySketch, medianOfSketch, sketchOf } from './day-sketch.ts';
import { dayCount, decodeValue, encodeValue, withDayBack, withNewest } from './day-values.ts';
import { laneKind, laneNumber, type LaneName } from './lane-kinds.ts';
import type { Lane, Past } from './person-state.ts';

// A lane holds the daily values of one kind and source: the medians of earlier days and a sketch of the newest day.

/** Room for all lanes of a state, in characters: three devices with everything that they measure. */
const roomForLanes = 2_600;
/** Characters of a lane's numbers and punctuation in JSON. */
const frame = 20;

export function findLane(lanes: readonly Lane[], kind: number, source: number): Lane | undefined {
  for (const lane of lanes) if (lane[0] === kind && lane[1] === source) return lane;
  return undefined;
}

/** All lanes of a kind, in the order in which their sources were first seen. */
export function lanesOf(lanes: readonly Lane[], name: LaneName): Lane[] {
  const kind = laneNumber(name);
  return lanes.filter((lane) => lane[0] === kind);
}

export function newestDay([, , [day]]: Lane): number {
  return day;
}

/** The values of the days before the newest, which change once a day but are needed by every event of a night. */
const decodedPasts = new WeakMap<Past, Float64Array>();

function valuesOfPast(past: Past, kind: number): Float64Array {
  const known = decodedPasts.get(past);
  if (known !== undefined) return known;
  const { scale } = laneKind(kind);
  const values = new Float64Array(dayCount(past[1]));
  for (let at = 0; at < values.length; at += 1) values[at] = decodeValue(past[1], at, scale);
  decodedPasts.set(past, values);
  return values;
}

/** The value of a day; NaN when it has none. */
export function valueOn([kind, , past, today]: Lane, day: number): number {
  const [newest] = past;
  if (day === newest) return medianOfSketch(today, laneKind(kind).scale) ?? Number.NaN;
  if (day > newest) return Number.NaN;
  const values = valuesOfPast(past, kind);
  return values[values.length - (newest - day)] ?? Number.NaN;
}

/** The values of days `from` to `to`, oldest first, without the days that have none. */
export function valuesBetween([kind, , past, today]: Lane, from: number, to: number): number[] {
  const [newest] = past;
  const decoded = valuesOfPast(past, kind);
  const first = newest - decoded.length;
  const values: number[] = [];
  for (let day = Math.max(from, first); day <= to && day < newest; day += 1) {
    const value = decoded[day - first] as number;
    if (!Number.isNaN(value)) values.push(value);
  }
  if (from <= newest && newest <= to) {
    const value = medianOfSketch(today, laneKind(kind).scale);
    if (value !== undefined) values.push(value);
  }
  return values;
}

/** How many of the days `from` to `to` have a value, as far as `enough`. */
export function daysBetween(
  [, , [newest, values], today]: Lane,
  from: number,
  to: number,
  enough = Infinity,
): number {
  let count = newest >= from && newest <= to && today !== emptySketch ? 1 : 0;
  const first = newest - dayCount(values);
  const last = Math.min(to, newest - 1);
  for (let day = Math.max(from, first); day <= last && count < enough; day += 1) {
    if (values.charCodeAt(2 * (day - first)) !== emptyDay) count += 1;
  }
  return count;
}

const emptyDay = 33;

/** Adds a value of the newest day or of a newer one. */
export function withValue(
  [kind, source, past, today]: Lane,
  day: number,
  value: number,
  keep = laneKind(kind).keep,
): Lane {
  const { scale } = laneKind(kind);
  const [newest, values] = past;
  if (day === newest) return [kind, source, past, addToSketch(today, value, scale)];
  const median = medianOfSketch(today, scale);
  const closed = withNewest(
    values,
    median === undefined ? undefined : encodeValue(median, scale),
    day - newest - 1,
    keep,
  );
  return [kind, source, [day, closed], addToSketch(emptySketch, value, scale)];
}

export function newLane(kind: number, source: number, day: number, value: number): Lane {
  return [kind, source, [day, ''], sketchOf([value], laneKind(kind).scale)];
}

/** Replaces all values of a day; without values the day is removed. */
export function withDay([kind, source, past, today]: Lane, day: number, values: readonly number[]): Lane {
  const { scale, keep } = laneKind(kind);
  const [newest, before] = past;
  if (day === newest) return [kind, source, past, sketchOf(values, scale)];
  const median = medianOfSketch(sketchOf(values, scale), scale);
  if (day > newest) {
    const [value] = values;
    return value === undefined
      ? [kind, source, past, today]
      : withDay(withValue([kind, source, past, today], day, value), day, values);
  }
  const encoded = median === undefined ? undefined : encodeValue(median, scale);
  const back = newest - day;
  return back > keep
    ? [kind, source, past, today]
    : [kind, source, [newest, withDayBack(before, back, encoded)], today];
}

/** Replaces or adds one lane and keeps as many as there is room for. */
export function withLane(lanes: readonly Lane[], changed: Lane): readonly Lane[] {
  const at = lanes.findIndex(([kind, source]) => kind === changed[0] && source === changed[1]);
  let all = at === -1 ? [...lanes, changed] : lanes.with(at, changed);
  while (roomTaken(all) > roomForLanes) all = withoutLeast(all, newestDay(changed));
  return all;
}

function roomTaken(lanes: readonly Lane[]): number {
  let taken = 0;
  for (const [, , [, values], today] of lanes) taken += values.length + today.length + frame;
  return taken;
}

/** Drops the lane that was silent for most weeks; of equally silent ones the shortest, such as a new one. */
function withoutLeast(lanes: readonly Lane[], day: number): Lane[] {
  const silentWeeks = (lane: Lane) => Math.max(0, Math.floor((day - newestDay(lane)) / 7));
  return lanes
    .toSorted((a, b) => silentWeeks(a) - silentWeeks(b) || b[2][1].length - a[2][1].length)
    .slice(0, -1);
}
