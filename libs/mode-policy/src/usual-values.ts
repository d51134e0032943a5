import type { Context, Statistic } from '@bridge/contracts';
import { daysBetween } from './baseline-series.ts';
import { rounded } from './evidence.ts';
import { laneKind, type LaneKind, type LaneName } from './lane-kinds.ts';
import type { Lane, PersonState } from './person-state.ts';
import type { PolicyValues } from './policy-values.ts';
import type { SeenMetric } from './slots.ts';
import { bySource, usualBefore, type Usual } from './usual.ts';

/** A usual value in the unit of its metric, for people. */
export type LaneUsual = {
  readonly metric: SeenMetric;
  readonly source: string;
  readonly context?: Context;
  readonly statistic?: Statistic;
  /** Days that it rests on. */
  readonly days: number;
  /** Undefined until enough days have a value. */
  readonly value: { readonly usual: number; readonly low: number; readonly high: number } | undefined;
};

/** Rules call a value low from so many spreads below the usual. */
const bandSpreads = 2;

const contexts: Partial<Record<LaneName, Pick<LaneUsual, 'context' | 'statistic'>>> = {
  pulse_rest: { context: 'rest' },
  pulse_sleep: { context: 'sleep' },
  pulse_lowest: { context: 'sleep', statistic: 'minimum' },
  resting_night: { context: 'sleep' },
  rmssd_sleep: { context: 'sleep' },
  rmssd_rest: { context: 'rest' },
  respiration_sleep: { context: 'sleep' },
  spo2_sleep: { context: 'sleep' },
};

/** Each usual value that a state knows, as it was before a local day (counted from 1970-01-01). */
export function usualValues(state: PersonState, day: number, policy: PolicyValues): LaneUsual[] {
  return state.lanes.flatMap((lane) => laneUsual(state, lane, day, policy) ?? []);
}

/** In which order the kinds of a metric stand for it in a chart of the whole day. */
const charted: Partial<Record<SeenMetric, readonly LaneName[]>> = {
  heart_rate: ['pulse_rest', 'pulse_sleep'],
  resting_heart_rate: ['resting_night', 'resting_day'],
  hrv_rmssd: ['rmssd_sleep', 'rmssd_rest'],
  respiratory_rate: ['respiration_sleep'],
  spo2: ['spo2_sleep'],
  skin_temp: ['skin_temp'],
  skin_temp_deviation: ['skin_deviation'],
  steps: ['steps'],
};

/** The metrics that have a usual value. */
export const chartedMetrics = Object.keys(charted) as readonly SeenMetric[];

/** The usual value that a chart of a metric shows for a day: of the primary source. */
export function chartedUsual(
  state: PersonState,
  metric: string,
  day: number,
  policy: PolicyValues,
): LaneUsual | undefined {
  for (const name of charted[metric as SeenMetric] ?? []) {
    for (const lane of bySource(state.lanes, name, day, policy)) {
      const found = laneUsual(state, lane, day, policy);
      if (found?.value !== undefined) return found;
    }
  }
  return undefined;
}

function laneUsual(
  { sources }: PersonState,
  lane: Lane,
  day: number,
  policy: PolicyValues,
): LaneUsual | undefined {
  const kind = laneKind(lane[0]);
  if (kind.spread === undefined) return undefined;
  const usual = usualBefore(lane, day, policy);
  return {
    metric: kind.metric,
    source: sources[lane[1]] as string,
    ...contexts[kind.name],
    days: daysBetween(lane, day - policy.thresholds.usual.window_days, day - 1),
    value: usual && bandOfUsual(usual, kind),
  };
}

function bandOfUsual({ centre, spread }: Usual, kind: LaneKind): NonNullable<LaneUsual['value']> {
  const shown = (value: number) => rounded(inUnit(value, kind), kind.metric);
  return {
    usual: shown(centre),
    low: shown(centre - bandSpreads * spread),
    high: shown(centre + bandSpreads * spread),
  };
}

/** A lane keeps the logarithm of RMSSD and the root of steps. */
function inUnit(value: number, { spread }: LaneKind): number {
  if (spread === 'ln_rmssd') return Math.exp(value);
  return spread === 'root_steps' ? Math.max(0, value) ** 2 : value;
}
