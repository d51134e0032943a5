import type { ExportedElement, ExportedPoints } from './health-item.ts';
import { isKnownSeries } from './metric-points.ts';
import type { NameDevice } from './name-device.ts';
import { parsePoint } from './parse-point.ts';
import { unitText } from './raw-fields.ts';
import { aggregatedNight, isAggregatedNight } from './night-totals.ts';
import { stageSpan } from './sleep-stages.ts';
import { unreadable, type ParsedItem } from './parsed-item.ts';
import { exportedWorkout } from './workout.ts';

/** Parses the elements of Health Auto Export. */
export function parseExport(item: ExportedPoints | ExportedElement, nameDevice: NameDevice): ParsedItem[] {
  if (item.kind === 'element') {
    const { collection, raw } = item;
    if (collection === 'workouts') return exportedWorkout(raw, nameDevice);
    // A metric is an object, which arrives by its points.
    if (collection === 'metrics') return [unreadable('metrics', raw)];
    return [{ kind: 'unknown', name: collection, raw }];
  }
  const { name, units } = item;
  if (name === 'sleep_analysis') return item.raw.map((raw) => sleepOf(raw, nameDevice));
  if (!isKnownSeries(name)) {
    return item.raw.map((raw) => ({ kind: 'unknown', name, raw: { units, ...asRecord(raw) } }));
  }
  const series = { name, unit: unitText(units) };
  return item.raw.flatMap((raw) => parsePoint(series, raw, nameDevice));
}

function sleepOf(raw: unknown, nameDevice: NameDevice): ParsedItem {
  if (isAggregatedNight(raw)) return { kind: 'object', normalized: aggregatedNight(raw, nameDevice), raw };
  const span = stageSpan(raw, nameDevice);
  return span === undefined ? unreadable('sleep_analysis', raw) : { kind: 'stage', span };
}

function asRecord(raw: unknown): object {
  return typeof raw === 'object' && raw !== null ? raw : { value: raw };
}
