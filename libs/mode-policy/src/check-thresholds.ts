import { metrics, type MetricName } from '@bridge/contracts';
import { z } from 'zod';
import type { Check } from './check-distances.ts';
import { reach } from './check-reach.ts';
import { thresholdsSchema, type Thresholds } from './thresholds.ts';

/** A rules file: its shape, and the relations between its numbers. */
export const ruleSetSchema = thresholdsSchema.check(({ value, issues }) => {
  for (const [path, message] of faultsOf(value)) {
    issues.push({ code: 'custom', input: value, path: path.split('.'), message });
  }
});

/** The numbers of a rules file, whatever its texts are. */
export const recordedRulesSchema = thresholdsSchema
  .extend({ texts: z.unknown().optional() })
  .check(({ value, issues }) => {
    for (const [path, message] of faultsOf(value)) {
      issues.push({ code: 'custom', input: value, path: path.split('.'), message });
    }
  });

function faultsOf(numbers: Thresholds): [path: string, message: string][] {
  const checks = [
    ...ranges(numbers),
    ...sides(numbers),
    ...wholes(numbers),
    ...bands(numbers),
    ...reach(numbers),
  ];
  return checks.flatMap(([path, fits, message]): [string, string][] => (fits ? [] : [[path, message]]));
}

/** Thresholds of a metric that no reading can have can never be met, or always are. */
function ranges(thresholds: Thresholds): Check[] {
  return rangePaths.flatMap(([metric, path, ...keys]) => {
    const { min, max } = metrics[metric];
    const holder = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], thresholds);
    return keys.map((key): Check => {
      const value = (holder as Record<string, number>)[key] as number;
      return [
        `${path}.${key}`,
        value >= min && value <= max,
        `must lie between ${min} and ${max}, the plausible range of ${metric}`,
      ];
    });
  });
}

type RangePath = readonly [metric: MetricName, path: string, ...keys: readonly string[]];

const rangePaths: readonly RangePath[] = [
  ['heart_rate', 'usual.pulse_limit.awake', 'at_least', 'at_most', 'without_usual'],
  ['heart_rate', 'usual.pulse_limit.asleep', 'at_least', 'at_most', 'without_usual'],
  ['hrv_rmssd', 'usual.low_rmssd', 'without_usual_below', 'over_without_usual_from'],
  ['heart_rate', 'rules.pulse_high', 'critical_from'],
  ['heart_rate', 'rules.pulse_low', 'to', 'without_usual_to', 'critical_to'],
  ['spo2', 'rules.spo2_low.live', 'to', 'leave_from'],
  ['spo2', 'rules.spo2_low.night', 'to', 'leave_from'],
  ['spo2', 'rules.spo2_low.scale_2', 'to', 'leave_from'],
  ['respiratory_rate', 'rules.respiration.low', 'to', 'leave_from'],
  ['respiratory_rate', 'rules.respiration.high', 'from', 'leave_to'],
  ['body_temperature', 'rules.temperature.low', 'to', 'leave_from'],
  ['body_temperature', 'rules.temperature.fever', 'from', 'leave_to'],
  ['body_temperature', 'rules.temperature.high', 'from', 'leave_to'],
  ['stress_level', 'rules.stress_high', 'above', 'leave_to'],
  ['readiness_score', 'rules.stress_overload', 'readiness_below', 'leave_readiness_from'],
  ['stress_level', 'rules.two_of_three', 'stress_level_above', 'leave_stress_level_to'],
  ['recovery_score', 'rules.recovery_low', 'below', 'leave_from'],
  ['hrv_rmssd', 'rules.hrv_and_pulse_high.without_usual', 'rmssd_above', 'leave_rmssd_to'],
  ['heart_rate', 'rules.hrv_and_pulse_high.without_usual', 'pulse_above', 'leave_pulse_to'],
  ['hrv_rmssd', 'rules.hrv_and_pulse_low', 'rmssd_below', 'leave_rmssd_from'],
  ['heart_rate', 'rules.hrv_and_pulse_low', 'heart_rate_below', 'leave_heart_rate_from'],
];

type Pair = readonly [path: string, leave: number, enter: number];

/** Enter and leave thresholds on the right sides of each other; otherwise a rule would flap or never leave. */
function sides(thresholds: Thresholds): Check[] {
  return [
    ...upwards(thresholds).map(([path, leave, enter]): Check => [
      path,
      leave > enter,
      'must be more than the threshold that enters',
    ]),
    ...downwards(thresholds).map(([path, leave, enter]): Check => [
      path,
      leave < enter,
      'must be less than the threshold that enters',
    ]),
  ];
}

/** Leave thresholds above those that enter. */
function upwards({ rules, usual }: Thresholds): readonly Pair[] {
  const { low_rmssd: low } = usual;
  const { spo2_low: oxygen, respiration: breath, temperature: heat } = rules;
  return [
    ['usual.low_rmssd.over_z_from', low.over_z_from, low.z_to],
    ['usual.low_rmssd.over_without_usual_from', low.over_without_usual_from, low.without_usual_below],
    ['rules.spo2_low.live.leave_from', oxygen.live.leave_from, oxygen.live.to],
    ['rules.spo2_low.night.leave_from', oxygen.night.leave_from, oxygen.night.to],
    ['rules.spo2_low.scale_2.leave_from', oxygen.scale_2.leave_from, oxygen.scale_2.to],
    ['rules.respiration.low.leave_from', breath.low.leave_from, breath.low.to],
    ['rules.temperature.low.leave_from', heat.low.leave_from, heat.low.to],
    [
      'rules.stress_overload.leave_readiness_from',
      rules.stress_overload.leave_readiness_from,
      rules.stress_overload.readiness_below,
    ],
    ['rules.rmssd_drop.leave_z_from', rules.rmssd_drop.leave_z_from, rules.rmssd_drop.z_to],
    [
      'rules.two_of_three.leave_heart_rate_below_t',
      rules.two_of_three.leave_heart_rate_below_t,
      rules.two_of_three.heart_rate_below_t,
    ],
    ['rules.recovery_low.leave_from', rules.recovery_low.leave_from, rules.recovery_low.below],
    [
      'rules.hrv_and_pulse_low.leave_rmssd_from',
      rules.hrv_and_pulse_low.leave_rmssd_from,
      rules.hrv_and_pulse_low.rmssd_below,
    ],
    [
      'rules.hrv_and_pulse_low.leave_heart_rate_from',
      rules.hrv_and_pulse_low.leave_heart_rate_from,
      rules.hrv_and_pulse_low.heart_rate_below,
    ],
  ];
}

/** Leave thresholds below those that enter. */
function downwards({ rules }: Thresholds): readonly Pair[] {
  const { respiration: breath, temperature: heat, hrv_and_pulse_high: high } = rules;
  return [
    ['rules.respiration.high.leave_to', breath.high.leave_to, breath.high.from],
    ['rules.temperature.fever.leave_to', heat.fever.leave_to, heat.fever.from],
    ['rules.temperature.high.leave_to', heat.high.leave_to, heat.high.from],
    ['rules.stress_high.leave_to', rules.stress_high.leave_to, rules.stress_high.above],
    ['rules.rmssd_drop.leave_percent_to', rules.rmssd_drop.leave_percent_to, rules.rmssd_drop.percent_from],
    ['rules.rmssd_drop.warning_z_to', rules.rmssd_drop.warning_z_to, rules.rmssd_drop.z_to],
    [
      'rules.two_of_three.leave_stress_level_to',
      rules.two_of_three.leave_stress_level_to,
      rules.two_of_three.stress_level_above,
    ],
    ['rules.strain.leave_sum_below', rules.strain.leave_sum_below, rules.strain.sum_from],
    ['rules.strain.leave_one_below', rules.strain.leave_one_below, rules.strain.each_from],
    ['rules.illness_watch.leave_below', rules.illness_watch.leave_below, rules.illness_watch.above],
    ['rules.hrv_and_pulse_high.leave_rmssd_to', high.leave_rmssd_to, high.rmssd_above],
    ['rules.hrv_and_pulse_high.leave_pulse_to', high.leave_pulse_to, high.pulse_above],
    [
      'rules.hrv_and_pulse_high.without_usual.leave_rmssd_to',
      high.without_usual.leave_rmssd_to,
      high.without_usual.rmssd_above,
    ],
    [
      'rules.hrv_and_pulse_high.without_usual.leave_pulse_to',
      high.without_usual.leave_pulse_to,
      high.without_usual.pulse_above,
    ],
    ['rules.pulse_irregular.leave_to', rules.pulse_irregular.leave_to, rules.pulse_irregular.above],
    [
      'rules.devices_disagree.leave_z_apart_to',
      rules.devices_disagree.leave_z_apart_to,
      rules.devices_disagree.z_apart_from,
    ],
  ];
}

/** Parts that must not be more than their wholes. */
function wholes({ usual, rules, switching, patterns, fresh_for }: Thresholds): Check[] {
  const { pulse_limit, settled, window_days } = usual;
  const { strain, illness_watch: watch, news2_partial: news2 } = rules;
  const parts: readonly (readonly [path: string, part: number, whole: number, name: string])[] = [
    ['usual.days_at_least', usual.days_at_least, window_days, 'window_days'],
    ['usual.settled.to_day', settled.to_day, settled.from_day, 'from_day'],
    ['usual.settled.days_at_least', settled.days_at_least, settled.from_day - settled.to_day + 1, 'its days'],
    ['usual.pulse_limit.awake.at_least', pulse_limit.awake.at_least, pulse_limit.awake.at_most, 'at_most'],
    ['usual.pulse_limit.asleep.at_least', pulse_limit.asleep.at_least, pulse_limit.asleep.at_most, 'at_most'],
    [
      'usual.pulse_limit.awake.at_most',
      pulse_limit.awake.at_most,
      rules.pulse_high.critical_from,
      'critical_from',
    ],
    [
      'usual.pulse_limit.asleep.at_most',
      pulse_limit.asleep.at_most,
      rules.pulse_high.critical_from,
      'critical_from',
    ],
    ['rules.pulse_low.critical_to', rules.pulse_low.critical_to, rules.pulse_low.to, 'to'],
    ['rules.news2_partial.guardian_from', news2.guardian_from, news2.reflex_from, 'reflex_from'],
    ['rules.temperature.fever.from', rules.temperature.fever.from, rules.temperature.high.from, 'high.from'],
    [
      'rules.recovery_low.info_days',
      rules.recovery_low.info_days,
      rules.recovery_low.warning_days,
      'warning_days',
    ],
    ['rules.strain.nights_at_least', strain.nights_at_least, strain.nights, 'nights'],
    ['rules.strain.reference.to_day', strain.reference.to_day, strain.reference.from_day, 'from_day'],
    ['rules.strain.sum_from', strain.sum_from, strain.warning_sum_from, 'warning_sum_from'],
    ['rules.illness_watch.part.days_at_least', watch.part.days_at_least, watch.part.of_days, 'of_days'],
    ['rules.illness_watch.above', watch.above, watch.warning_above, 'warning_above'],
    ['switching.stay.reflex', switching.stay.reflex, switching.reflex_at_most, 'reflex_at_most'],
    ['fresh_for.daily.to_fire', fresh_for.daily.to_fire, fresh_for.daily.to_hold, 'to_hold'],
    ['patterns.band.nights_at_least', patterns.band.nights_at_least, patterns.band.nights, 'nights'],
    ['patterns.trend.nights', patterns.trend.nights, window_days, 'usual.window_days'],
  ];
  return parts.map(([path, part, whole, name]) => [path, part <= whole, `must not be more than ${name}`]);
}

type Range = { readonly min: number; readonly max: number };

/** Bands in order, the lowest first; of those of NEWS2 one scores nothing, and the last reaches every plausible value. */
function bands({ vendor_bands, rules }: Thresholds): Check[] {
  const { respiration, spo2, spo2_scale_2, pulse, temperature } = rules.news2_partial;
  const inOrder = (path: string, list: readonly { readonly to: number }[]) =>
    list.map(({ to }, index): Check => [
      `${path}.${index}.to`,
      to > (list[index - 1]?.to ?? -Infinity),
      'must be more than the band before',
    ]);
  const within = (path: string, { min, max }: Range, list: readonly { readonly to: number }[]) =>
    list.map(({ to }, index): Check => [
      `${path}.${index}.to`,
      to >= min && to <= max,
      `must lie between ${min} and ${max}, the plausible range`,
    ]);
  const { respiratory_rate, heart_rate, body_temperature } = metrics;
  const news2 = [
    ['respiration', respiration, respiratory_rate],
    ['spo2', spo2, metrics.spo2],
    ['spo2_scale_2', spo2_scale_2, metrics.spo2],
    ['pulse', pulse, heart_rate],
    ['temperature', temperature, body_temperature],
  ] as const;
  return [
    ...news2.flatMap(([name, list, range]): Check[] => [
      ...inOrder(`rules.news2_partial.${name}`, list),
      ...within(`rules.news2_partial.${name}`, range, list),
      [
        `rules.news2_partial.${name}`,
        list.some(({ points }) => points === 0) && list.some(({ to }) => to >= range.max),
        `must have a band that scores 0, and reach ${range.max}`,
      ],
    ]),
    ...Object.entries(vendor_bands).flatMap(([vendor, scores]) =>
      Object.entries(scores).flatMap(([metric, list]) => [
        ...inOrder(`vendor_bands.${vendor}.${metric}`, list),
        ...within(`vendor_bands.${vendor}.${metric}`, metrics[metric as MetricName], list),
      ]),
    ),
  ];
}
