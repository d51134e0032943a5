import { findLane } from './baseline-series.ts';
import { isAtRest } from './contexts.ts';
import { medianOf } from './day-sketch.ts';
import { rounded, usualFigures } from './evidence.ts';
import { laneKind, laneNumber, type LaneName } from './lane-kinds.ts';
import { lowRmssd, rmssdAgainstUsual } from './rmssd.ts';
import type { RuleName, UnitName } from './rule-names.ts';
import { mayJudgeWithout } from './rules/hrv-and-pulse.ts';
import { sourcesOf } from './rules/devices-disagree.ts';
import { pointsOf, pulsePoints, spo2Bands } from './rules/news2-partial.ts';
import { jumpsUpTo, restingReadings } from './rules/pulse-questions.ts';
import { riseOf } from './rules/strain.ts';
import { vitalLimits } from './rules/vital-rules.ts';
import type { Signal } from './signals.ts';
import type { Slot, Vital } from './slots.ts';
import { lnOf, settledUsual, usualBefore, zOf, type Usual } from './usual.ts';
import { highLimit, isNight, readingsOf, windowsOf, type Seen, type View } from './view.ts';

/** One rule's threshold for a reading, and how far it is away: positive beyond it. */
export type Comparison = {
  readonly rule: RuleName | UnitName | 'usual';
  /** What is compared where it is not the reading itself. */
  readonly of?: 'points' | 'median of the jumps' | 'difference' | 'z apart' | 'spreads of the last nights';
  readonly value?: number;
  readonly threshold?: number;
  readonly beyond?: number;
  readonly usual?: number;
  readonly spread?: number;
  readonly days?: number;
  readonly z?: number;
  /** The rule asks for rest, and nothing says that the reading was at rest. */
  readonly lacksRest?: true;
};

/** What the rules that look at a signal compare it with, and its usual. Costs too much for each decision: for explain. */
export function comparisonsOf(view: View, seen: Seen, signal: Signal): Comparison[] {
  const looks = rulesThatLook[signal.slot ?? (signal.vital as Vital)];
  return [...looks, usualOfLane].flatMap((look) => look(view, seen, signal) ?? []);
}

type Look = (view: View, seen: Seen, signal: Signal) => Comparison | undefined;

/** `side`: 1 of a rule that fires above its threshold, −1 below. */
function against(
  rule: Comparison['rule'],
  { metric, value }: Seen,
  side: number,
  threshold: number,
  usual?: Usual,
): Comparison {
  return {
    rule,
    threshold: rounded(threshold, metric),
    beyond: rounded(side * (value - threshold), metric) + 0,
    ...(usual && usualFigures(usual, metric)),
  };
}

function ofSomething(
  rule: Comparison['rule'],
  of: NonNullable<Comparison['of']>,
  exact: number,
  threshold: number,
): Comparison {
  const value = Math.round(exact * 100) / 100;
  return { rule, of, value, threshold, beyond: Math.round((value - threshold) * 100) / 100 };
}

const atRest =
  (look: Look): Look =>
  (view, seen, signal) => {
    const found = look(view, seen, signal);
    return found === undefined || isAtRest(seen.context) ? found : { ...found, lacksRest: true };
  };

const vital = (rule: RuleName, part: 'live' | 'night'): Look =>
  atRest((view, seen) => {
    const named = vitalLimits(view.policy.thresholds).find(([name]) => name === rule);
    const limits = named?.[1].limitsOf(view, seen, part);
    if (limits === undefined) return undefined;
    const { value } = seen;
    const threshold = limits.thresholdOf(Math.max(1, limits.levelOf(value)), value);
    return against(rule, seen, limits.sideOf(value), threshold, limits.usual);
  });

const strainedPulse: Look = atRest((view, seen) => {
  const found = highLimit(view, seen);
  const { heart_rate_below_t } = view.policy.thresholds.rules.two_of_three;
  return found && against('two_of_three', seen, 1, found.limit - heart_rate_below_t, found.usual);
});

/** Of this item alone; the threshold is that of the sum. */
const points: Look = atRest((view, seen) => {
  if (!view.isAdult) return undefined;
  const rule = view.policy.thresholds.rules.news2_partial;
  const own = {
    heart_rate: () => pulsePoints(view, seen, rule.pulse),
    spo2: () => pointsOf(seen.value, spo2Bands(view, rule), 1),
    respiratory_rate: () => pointsOf(seen.value, rule.respiration, 1),
    body_temperature: () => pointsOf(seen.value, rule.temperature, 10),
  }[seen.metric as Vital | 'body_temperature'];
  return ofSomething('news2_partial', 'points', own(), rule.guardian_from);
});

const lowVariability =
  (rule: RuleName): Look =>
  (view, seen) => {
    const low = lowRmssd(view, seen);
    return low && against(rule, seen, -1, low.threshold, low.usual);
  };

/** Both conditions at once: the lower of the two. */
const dropped: Look = (view, seen) => {
  const usual = rmssdAgainstUsual(view, seen)?.usual;
  if (usual === undefined) return undefined;
  const { z_to, percent_from } = view.policy.thresholds.rules.rmssd_drop;
  const lower = usual.centre + Math.min(z_to * usual.spread, Math.log(1 - percent_from / 100));
  return against('rmssd_drop', seen, -1, Math.exp(lower), usual);
};

/** Of RMSSD as a multiple of its usual, of a pulse in spreads above it. */
const bothHigh: Look = (view, seen, { lane }) => {
  const { rmssd_above, pulse_above, without_usual } = view.policy.thresholds.rules.hrv_and_pulse_high;
  const isRmssd = seen.metric === 'hrv_rmssd';
  const usual = lane && usualIn(view, seen, lane);
  if (usual !== undefined) {
    const { centre, spread } = usual;
    const threshold = isRmssd ? rmssd_above * Math.exp(centre) : centre + pulse_above * spread;
    return against('hrv_and_pulse_high', seen, 1, threshold, usual);
  }
  if (isNight(seen) || !mayJudgeWithout(view, seen)) return undefined;
  return against(
    'hrv_and_pulse_high',
    seen,
    1,
    isRmssd ? without_usual.rmssd_above : without_usual.pulse_above,
  );
};

const bothLow: Look = (view, seen) => {
  const { rmssd_below, heart_rate_below } = view.policy.thresholds.rules.hrv_and_pulse_low;
  if (!mayJudgeWithout(view, seen)) return undefined;
  const threshold = seen.metric === 'hrv_rmssd' ? rmssd_below : heart_rate_below;
  return against('hrv_and_pulse_low', seen, -1, threshold);
};

const irregular: Look = atRest((view, seen) => {
  const rule = view.policy.thresholds.rules.pulse_irregular;
  const window = windowsOf(view, 'heart_rate').find((one) => one[1] === seen.device);
  const before = window && restingReadings(view, window).filter(({ at }) => at <= seen.at);
  const jumps = before && jumpsUpTo(seen, before, rule);
  return jumps && ofSomething('pulse_irregular', 'median of the jumps', medianOf(jumps), rule.above);
});

const unexplained: Look = (view, seen) => {
  const found = seen.context === 'unknown' ? highLimit(view, seen) : undefined;
  const { above_t } = view.policy.thresholds.rules.pulse_unexplained;
  return found && against('pulse_unexplained', seen, 1, found.limit + above_t, found.usual);
};

/** From the reading of another device of about the same time that is farthest away. */
const apartLive =
  (of: Vital, limit: 'heart_rate_above' | 'spo2_above'): Look =>
  (view, seen) => {
    const { veto } = view.policy.thresholds.confirmation;
    const differences = windowsOf(view, of)
      .filter((window) => window[1] !== seen.device)
      .flatMap((window) => readingsOf(window))
      .filter(({ at }) => Math.abs(at - seen.at) <= veto.within)
      .map(({ value }) => Math.abs(value - seen.value));
    if (differences.length === 0) return undefined;
    return ofSomething('devices_disagree', 'difference', Math.max(...differences), veto[limit]);
  };

/** From the value of another source of the same night that is farthest away, each against its own usual. */
const apartNights =
  (...slots: readonly Slot[]): Look =>
  (view, seen) => {
    const same = sourcesOf(view, slots).filter(({ seen: one }) => one.day === seen.day);
    const own = same.find((one) => one.seen.source === seen.source);
    if (own === undefined || same.length < 2) return undefined;
    const apart = Math.max(...same.map(({ z }) => Math.abs(z - own.z)));
    const { z_apart_from } = view.policy.thresholds.rules.devices_disagree;
    return ofSomething('devices_disagree', 'z apart', apart, z_apart_from);
  };

/** The mean of the last nights, upwards for a pulse and downwards for an RMSSD. */
const strained: Look = (view, seen, { lane: name }) => {
  const lane = findLane(view.draft.lanes, laneNumber(name as LaneName), seen.source);
  const rule = view.policy.thresholds.rules.strain;
  const found = lane && riseOf(lane, seen.day, rule, view);
  if (found === undefined) return undefined;
  const rise = (found.rise / found.spread) * (seen.metric === 'hrv_rmssd' ? -1 : 1);
  return ofSomething('strain', 'spreads of the last nights', rise, rule.each_from);
};

/** One of the parts of a day's score: its distance from the settled usual. */
const ill: Look = (view, seen, { lane: name }) => {
  const lane = findLane(view.draft.lanes, laneNumber(name as LaneName), seen.source);
  const usual = lane && settledUsual(lane, seen.day, view.policy);
  return usual && { rule: 'illness_watch', ...usualFigures(usual, seen.metric), z: distanceOf(seen, usual) };
};

const plain =
  (rule: Comparison['rule'], side: number, thresholdOf: (view: View) => number): Look =>
  (view, seen) =>
    against(rule, seen, side, thresholdOf(view));

const temperatures: readonly Look[] = [
  plain('temperature.low', -1, ({ policy }) => policy.thresholds.rules.temperature.low.to),
  plain('temperature.fever', 1, ({ policy }) => policy.thresholds.rules.temperature.fever.from),
  plain('temperature.high', 1, ({ policy }) => policy.thresholds.rules.temperature.high.from),
];

const nightPulse = [bothHigh, strained, ill, apartNights('resting_night', 'pulse_lowest', 'pulse_night')];
const rmssd = [lowVariability('stress_overload'), dropped, lowVariability('two_of_three'), bothHigh, bothLow];

const rulesThatLook: Readonly<Record<Slot | Vital, readonly Look[]>> = {
  heart_rate: [
    vital('pulse_high', 'live'),
    vital('pulse_low', 'live'),
    points,
    strainedPulse,
    atRest(bothHigh),
    atRest(bothLow),
    irregular,
    unexplained,
    apartLive('heart_rate', 'heart_rate_above'),
  ],
  spo2: [vital('spo2_low', 'live'), points, apartLive('spo2', 'spo2_above')],
  respiratory_rate: [vital('respiration', 'live'), points],
  pulse_night: [
    vital('pulse_high', 'night'),
    vital('pulse_low', 'night'),
    points,
    strainedPulse,
    bothLow,
    ...nightPulse,
  ],
  pulse_lowest: nightPulse,
  spo2_night: [vital('spo2_low', 'night'), points, apartNights('spo2_night')],
  respiration_night: [vital('respiration', 'night'), points, ill, apartNights('respiration_night')],
  rmssd_night: [...rmssd, strained, ill, apartNights('rmssd_night')],
  resting_night: nightPulse,
  resting_day: [strained, ill],
  rmssd_live: rmssd,
  stress: [
    plain('stress_high', 1, ({ policy }) => policy.thresholds.rules.stress_high.above),
    plain('two_of_three', 1, ({ policy }) => policy.thresholds.rules.two_of_three.stress_level_above),
  ],
  body_temperature: [...temperatures, points],
  readiness: [
    plain('stress_overload', -1, ({ policy }) => policy.thresholds.rules.stress_overload.readiness_below),
  ],
  recovery: [plain('recovery_low', -1, ({ policy }) => policy.thresholds.rules.recovery_low.below)],
  sleep_score: [],
  strain: [],
  skin_temp: [ill],
  skin_deviation: [ill],
};

const usualOfLane: Look = (view, seen, { lane }) => {
  const usual = lane && usualIn(view, seen, lane);
  return usual && { rule: 'usual', ...usualFigures(usual, seen.metric), z: distanceOf(seen, usual) };
};

/** Of scores nobody has a usual value. */
function usualIn({ draft, policy }: View, { source, day }: Seen, name: LaneName): Usual | undefined {
  const number = laneNumber(name);
  if (laneKind(number).spread === undefined) return undefined;
  return usualBefore(findLane(draft.lanes, number, source), day, policy);
}

function distanceOf({ metric, value }: Seen, usual: Usual): number {
  return zOf(metric === 'hrv_rmssd' ? lnOf(value) : value, usual);
}
