import { metrics } from '@bridge/contracts';
import type { Thresholds } from './thresholds.ts';

/** The path of a number, whether it fits the others, and the fault if it does not. */
export type Check = readonly [path: string, fits: boolean, message: string];

const dayMs = 86_400_000;

/** Distances from the usual, in spreads, as ratios or plainly, and times, that nobody's values can reach. */
export function distances(thresholds: Thresholds): Check[] {
  return [
    ...spreads(thresholds),
    ...scores(thresholds),
    ...pulses(thresholds),
    ...movement(thresholds),
    ...days(thresholds),
    ...durations(thresholds),
  ];
}

const widthOf = ({ min, max }: { readonly min: number; readonly max: number }) => max - min;

/** How far two plausible values of a lane can be apart, in its unit. */
const widths: Readonly<Record<keyof Thresholds['usual']['spread'], number>> = {
  ln_rmssd: Math.log(metrics.hrv_rmssd.max / metrics.hrv_rmssd.min),
  pulse: widthOf(metrics.heart_rate),
  respiration: widthOf(metrics.respiratory_rate),
  spo2: widthOf(metrics.spo2),
  temperature: widthOf(metrics.skin_temp),
  root_steps: Math.sqrt(metrics.steps.max),
};

/** The greatest z that anybody can have. */
export function greatestZ({ usual }: Thresholds, name: keyof typeof widths): number {
  return widths[name] / usual.spread[name];
}

const atMost = (path: string, value: number, most: number, what: string): Check => [
  path,
  value <= most,
  `can never be reached: ${what} at most ${Math.round(most * 100) / 100}`,
];

function spreads({ usual }: Thresholds): Check[] {
  const { spread, cycle } = usual;
  const names = Object.keys(widths) as (keyof typeof widths)[];
  return [
    ...names.map((name) =>
      atMost(`usual.spread.${name}`, spread[name], widths[name], 'plausible values differ by'),
    ),
    atMost('usual.cycle.pulse', cycle.pulse, widths.pulse, 'plausible values differ by'),
    atMost('usual.cycle.temperature', cycle.temperature, widths.temperature, 'plausible values differ by'),
  ];
}

/** What is compared in spreads, or as a multiple of the usual. */
function scores(thresholds: Thresholds): Check[] {
  const { usual, rules } = thresholds;
  const { rmssd_drop: drop, hrv_and_pulse_high: high, strain, devices_disagree: apart } = rules;
  const rmssd = greatestZ(thresholds, 'ln_rmssd');
  const pulse = greatestZ(thresholds, 'pulse');
  const ratio = metrics.hrv_rmssd.max / metrics.hrv_rmssd.min;
  const compared = (['ln_rmssd', 'pulse', 'respiration', 'spo2'] as const).map((name) =>
    greatestZ(thresholds, name),
  );
  const z = (path: string, value: number) =>
    atMost(path, Math.abs(value), rmssd, 'an RMSSD is so many spreads from its usual:');
  return [
    z('usual.low_rmssd.z_to', usual.low_rmssd.z_to),
    z('usual.low_rmssd.over_z_from', usual.low_rmssd.over_z_from),
    z('rules.rmssd_drop.z_to', drop.z_to),
    z('rules.rmssd_drop.warning_z_to', drop.warning_z_to),
    z('rules.rmssd_drop.leave_z_from', drop.leave_z_from),
    [
      'rules.hrv_and_pulse_high.rmssd_above',
      high.rmssd_above < ratio,
      `can never fire: no RMSSD is ${ratio} times another`,
    ],
    [
      'rules.hrv_and_pulse_high.leave_rmssd_to',
      high.leave_rmssd_to >= 1 / ratio,
      `can never leave: no RMSSD is less than another divided by ${ratio}`,
    ],
    [
      'rules.hrv_and_pulse_high.pulse_above',
      high.pulse_above < pulse,
      `can never fire: no pulse is ${Math.round(pulse)} spreads above its usual`,
    ],
    atMost('rules.strain.sum_from', strain.sum_from, pulse + rmssd, 'both together make'),
    atMost('rules.strain.warning_sum_from', strain.warning_sum_from, pulse + rmssd, 'both together make'),
    atMost('rules.strain.each_from', strain.each_from, Math.min(pulse, rmssd), 'one of both makes'),
    atMost(
      'rules.devices_disagree.z_apart_from',
      apart.z_apart_from,
      2 * Math.min(...compared),
      'two devices are so many spreads apart:',
    ),
  ];
}

/** Pulses below and above the usual. The highest usual is a resting pulse, the lowest any. */
function pulses({ usual, rules, confirmation, context }: Thresholds): Check[] {
  const { min, max } = metrics.heart_rate;
  const room = metrics.resting_heart_rate.max - min;
  const low = rules.pulse_low;
  const never = `can never fire: so far below the highest usual pulse lies nothing above ${min}`;
  const { awake, asleep } = usual.pulse_limit;
  const highest = Math.max(awake.at_most, awake.without_usual, asleep.at_most, asleep.without_usual);
  const { veto } = confirmation;
  return [
    ['rules.pulse_low.below_usual', low.below_usual <= room, never],
    ['rules.pulse_low.spreads', low.spreads * usual.spread.pulse <= room, never],
    [
      'usual.pulse_limit.above_usual',
      usual.pulse_limit.above_usual < max - min,
      `can never fire: no pulse is ${max - min} above its usual`,
    ],
    [
      'context.exertion.above_t',
      highest + context.exertion.above_t < max,
      `can never be met: the highest T and this are not less than ${max}`,
    ],
    [
      'confirmation.veto.heart_rate_above',
      veto.heart_rate_above < max - min,
      'no two pulses are so far apart',
    ],
    ['confirmation.veto.spo2_above', veto.spo2_above < widths.spo2, 'no two values are so far apart'],
  ];
}

function movement({ context }: Thresholds): Check[] {
  return [atMost('context.steps.from', context.steps.from, metrics.steps.max, 'a reading has')];
}

/** More days than there are. */
function days({ rules, patterns }: Thresholds): Check[] {
  const { reference } = rules.strain;
  const { recurring } = patterns;
  return [
    atMost(
      'rules.strain.reference.days_at_least',
      reference.days_at_least,
      reference.from_day - reference.to_day + 1,
      'its days are',
    ),
    atMost('patterns.recurring.times', recurring.times, recurring.within_days, 'its days are'),
  ];
}

/** Times after which nothing is left that they could let through. */
function durations(thresholds: Thresholds): Check[] {
  const { fresh_for, switching, confirmation, rules, hypotheses, alerts, signals, usual } = thresholds;
  const live = Object.values(fresh_for).filter((one) => typeof one === 'number');
  const { pulse_unexplained: asked } = rules;
  const longer = (path: string, ms: number, most: number, why: string): Check => [path, ms <= most, why];
  return [
    // What a stay holds back is made at its end if it is still fresh.
    ...Object.entries(switching.stay).map(([mode, ms]) =>
      longer(
        `switching.stay.${mode}`,
        ms,
        Math.max(...live),
        'what it holds back can never fire: nothing live is fresh for so long',
      ),
    ),
    ...Object.entries(hypotheses.silence).map(([kind, ms]) =>
      longer(
        `hypotheses.silence.${kind}`,
        ms,
        usual.window_days * dayMs,
        'must not last longer than usual values do: window_days',
      ),
    ),
    longer(
      'confirmation.leave_apart_from',
      confirmation.leave_apart_from,
      alerts.life.live,
      'can never leave: an alert expires sooner',
    ),
    longer(
      'rules.pulse_unexplained.refuted_apart',
      asked.refuted_apart,
      hypotheses.life.pulse_unexplained,
      'can never leave: the question expires sooner',
    ),
    longer(
      'rules.pulse_unexplained.over',
      asked.over,
      dayMs,
      'can never fire: no pulse is high for more than a day',
    ),
    ['rules.pulse_unexplained.apart_at_most', asked.apart_at_most > 0, 'must be longer than nothing'],
    longer('signals.night_from', signals.night_from, dayMs, 'no night lasts longer than a day'),
    longer('signals.daily_from', signals.daily_from, dayMs, 'no day lasts longer than a day'),
  ];
}
