import { utc, type BiometricEvent, type ReadingSeries } from '@bridge/contracts';
import { chartedUsual, metricBitsOf, type PersonState } from '@bridge/mode-policy';
import type { LiveSubject } from '@bridge/vault';
import { mergeBins, type Bin } from './bins.ts';
import { loadBins, loadSummaries, type BlockSummary, type DayUsual } from './block-rows.ts';
import type { Calendar } from './calendar.ts';
import { currentEvents, readingsWithinMs } from './current-events.ts';
import { spanOf, type DeviceName } from './digest-task.ts';
import type { HistoryDeps } from './history-deps.ts';
import { personCalendar } from './person-calendar.ts';
import { loadProgress } from './progress-rows.ts';
import { widthMs, type SeriesPlan } from './series-plan.ts';
import { loadState } from './sealed-state.ts';

/** Two parts: blocks of finished days, and the events since then. */
export async function loadReadings(
  deps: HistoryDeps,
  person: LiveSubject,
  plan: SeriesPlan,
): Promise<ReadingSeries> {
  const { query } = deps;
  const [progress, state] = await Promise.all([loadProgress(query, person), loadState(query, person)]);
  const calendar = personCalendar(progress, state);
  const { metric, unit, resolution, from, to } = plan;
  const days = { from: calendar.dayOf(from), to: calendar.dayOf(to - 1) };
  const finishedDay =
    progress.finishedUntil === undefined ? -Infinity : calendar.dayOf(progress.finishedUntil) - 1;
  const blocks =
    days.from > finishedDay
      ? noBlocks
      : await readBlocks(deps, person, plan, { from: days.from, to: Math.min(days.to, finishedDay) });
  const live = { from: Math.max(days.from, finishedDay + 1), to: days.to };
  const since = live.from > live.to ? noBlocks : await readEvents(deps, person, plan, live, calendar);
  const isWithin = ({ at }: Bin) => at + widthMs[resolution] > from && at < to;
  const points = mergeBins([...blocks.bins, ...since.bins], (at) => at).filter(isWithin);
  const usuals = [...blocks.usuals, ...liveUsuals(deps, state, metric, live, calendar)];
  return {
    metric,
    unit,
    resolution,
    from: utc(from),
    to: utc(to),
    points: points.map(({ at, ...figures }) => ({ at: utc(at), ...figures })),
    devices: devicesOf([...blocks.devices, ...since.devices]),
    band: usuals.map(({ at, source, usual, low, high }) => ({ at: utc(at), source, usual, low, high })),
  };
}

type Days = { readonly from: number; readonly to: number };
type TimedUsual = DayUsual & { readonly at: number };
type Part = {
  readonly bins: readonly Bin[];
  readonly devices: readonly DeviceName[];
  readonly usuals: readonly TimedUsual[];
};

const noBlocks: Part = { bins: [], devices: [], usuals: [] };

async function readBlocks(
  { query }: HistoryDeps,
  person: LiveSubject,
  { metric, resolution }: SeriesPlan,
  days: Days,
): Promise<Part> {
  const selection = { metric, fromDay: days.from, toDay: days.to };
  const blocks =
    resolution === '1d'
      ? await loadSummaries(query, person, selection)
      : await loadBins(query, person, selection);
  const width = widthMs[resolution];
  return {
    bins: blocks.flatMap(({ summary, ...rest }) => {
      const { start } = summary;
      if (!('bins' in rest)) return dayBin(summary);
      return mergeBins(rest.bins as readonly Bin[], (at) => start + Math.floor((at - start) / width) * width);
    }),
    devices: blocks.flatMap(({ summary }) => summary.devices),
    usuals: blocks.flatMap(({ summary: { start, usual } }) =>
      usual === undefined ? [] : [{ at: start, ...usual }],
    ),
  };
}

function dayBin({ start, total }: BlockSummary): Bin[] {
  return total === null ? [] : [{ at: start, ...total }];
}

async function readEvents(
  { query, digesting }: HistoryDeps,
  person: LiveSubject,
  { metric, resolution, to }: SeriesPlan,
  days: Days,
  { startOf }: Calendar,
): Promise<Part> {
  const borders = bordersOf(days, widthMs[resolution], startOf);
  const from = borders[0] as number;
  const selection = { from: from - readingsWithinMs, to: to + readingsWithinMs, metrics: bitsOf(metric) };
  const bins: Bin[] = [];
  const devices: DeviceName[] = [];
  for await (const page of currentEvents(query, person, selection)) {
    const digest = await digesting.digest(person, page, { kind: 'series', metric, borders });
    bins.push(...digest.bins);
    devices.push(...digest.devices);
  }
  return { bins: mergeBins(bins, (at) => borders[spanOf(borders, at)] as number), devices, usuals: [] };
}

/** Where each bin begins: bins begin anew with each local day, whose last one may be shorter. */
function bordersOf({ from, to }: Days, width: number, startOf: Calendar['startOf']): number[] {
  const borders: number[] = [];
  for (let day = from; day <= to; day += 1) {
    const end = startOf(day + 1);
    for (let at = startOf(day); at < end; at += width) {
      borders.push(at);
      if (width >= widthMs['1d']) break;
    }
  }
  borders.push(startOf(to + 1));
  return borders;
}

/** Rows of metrics that rules do not see have no bit of their own. */
function bitsOf(metric: string): number | undefined {
  const event = { event_type: '', readings: [{ metric }] } as unknown as BiometricEvent;
  const bits = metricBitsOf(event);
  return bits === 0 ? undefined : bits;
}

function liveUsuals(
  { rules }: HistoryDeps,
  state: PersonState | undefined,
  metric: string,
  { from, to }: Days,
  { startOf }: Calendar,
): TimedUsual[] {
  const usuals: TimedUsual[] = [];
  for (let day = from; state !== undefined && day <= to; day += 1) {
    const known = chartedUsual(state, metric, day, rules());
    if (known?.value !== undefined) usuals.push({ at: startOf(day), source: known.source, ...known.value });
  }
  return usuals;
}

function devicesOf(names: readonly DeviceName[]): ReadingSeries['devices'] {
  const unique = new Map(names.map((name) => [JSON.stringify(name), name]));
  return [...unique.values()].map(([source, device]) => ({
    source,
    ...(device !== null && { device_id: device }),
  }));
}
