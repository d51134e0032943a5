import type { Thresholds } from './thresholds.ts';

/** Where a number stands, whether it fits to the others, and what is wrong if it does not. */
type Check = readonly [path: string, fits: boolean, message: string];
export type ThresholdProblem = { readonly path: readonly string[]; readonly message: string };

/**
 * What two numbers say together. Leaving must be harder than entering, or a mode would flap; a part must fit into its
 * whole; a hold must outlast the minimum stay.
 */
export function checkThresholds(thresholds: Thresholds): ThresholdProblem[] {
  return [
    ...reflexLeaves(thresholds),
    ...otherLeaves(thresholds),
    ...wholes(thresholds),
    ...bands(thresholds),
  ].flatMap(([path, fits, message]) => (fits ? [] : [{ path: path.split('.'), message }]));
}

const farSide = 'must not lie on the far side of the enter threshold';

function reflexLeaves({ rules }: Thresholds): Check[] {
  const { rmssd_drop, high_pulse, high_stress, stress_overload } = rules;
  const { news2_spo2, news2_respiration, news2_pulse, news2_temperature } = rules;
  const leaves: (readonly [rule: string, key: string, fits: boolean])[] = [
    ['rmssd_drop', 'drop_to_ms', rmssd_drop.leave.drop_to_ms <= rmssd_drop.enter.drop_above_ms],
    [
      'rmssd_drop',
      'drop_to_percent',
      rmssd_drop.leave.drop_to_percent <= rmssd_drop.enter.drop_above_percent,
    ],
    ['high_pulse', 'heart_rate_to', high_pulse.leave.heart_rate_to <= high_pulse.enter.heart_rate_above],
    [
      'high_stress',
      'stress_level_to',
      high_stress.leave.stress_level_to <= high_stress.enter.stress_level_above,
    ],
    [
      'stress_overload',
      'hrv_rmssd_from',
      stress_overload.leave.hrv_rmssd_from >= stress_overload.enter.hrv_rmssd_below,
    ],
    [
      'stress_overload',
      'readiness_score_from',
      stress_overload.leave.readiness_score_from >= stress_overload.enter.readiness_score_below,
    ],
    ['news2_spo2', 'spo2_from', news2_spo2.leave.spo2_from > news2_spo2.enter.spo2_to],
    [
      'news2_respiration',
      'respiratory_rate_from',
      isRange(
        news2_respiration.enter.respiratory_rate_to,
        news2_respiration.leave.respiratory_rate_from,
        news2_respiration.leave.respiratory_rate_to,
        news2_respiration.enter.respiratory_rate_from,
      ),
    ],
    [
      'news2_pulse',
      'heart_rate_from',
      isRange(
        news2_pulse.enter.heart_rate_to,
        news2_pulse.leave.heart_rate_from,
        news2_pulse.leave.heart_rate_to,
        news2_pulse.enter.heart_rate_from,
      ),
    ],
    [
      'news2_temperature',
      'body_temperature_from',
      news2_temperature.leave.body_temperature_from > news2_temperature.enter.body_temperature_to,
    ],
  ];
  return leaves.map(([rule, key, fits]) => [`rules.${rule}.leave.${key}`, fits, farSide]);
}

/** Leaving takes a value in the range, which lies inside of what enters on either side. */
function isRange(enterTo: number, leaveFrom: number, leaveTo: number, enterFrom: number): boolean {
  return enterTo < leaveFrom && leaveFrom <= leaveTo && leaveTo < enterFrom;
}

function otherLeaves({ rules }: Thresholds): Check[] {
  const { low_recovery, two_of_three: three, high_hrv_high_pulse: high, low_hrv_low_pulse: low } = rules;
  const leaves: (readonly [rule: string, key: string, fits: boolean])[] = [
    [
      'low_recovery',
      'recovery_score_from',
      low_recovery.leave.recovery_score_from >= low_recovery.enter.recovery_score_below,
    ],
    ['two_of_three', 'hrv_rmssd_from', three.leave.hrv_rmssd_from >= three.enter.hrv_rmssd_below],
    ['two_of_three', 'heart_rate_to', three.leave.heart_rate_to <= three.enter.heart_rate_above],
    ['two_of_three', 'stress_level_to', three.leave.stress_level_to <= three.enter.stress_level_above],
    [
      'high_hrv_high_pulse',
      'rmssd_to_baselines',
      high.leave.rmssd_to_baselines <= high.enter.rmssd_above_baselines,
    ],
    ['high_hrv_high_pulse', 'heart_rate_to', high.leave.heart_rate_to <= high.enter.heart_rate_above],
    ['low_hrv_low_pulse', 'hrv_rmssd_from', low.leave.hrv_rmssd_from >= low.enter.hrv_rmssd_below],
    ['low_hrv_low_pulse', 'heart_rate_from', low.leave.heart_rate_from >= low.enter.heart_rate_below],
  ];
  return leaves.map(([rule, key, fits]) => [`rules.${rule}.leave.${key}`, fits, farSide]);
}

function wholes({ baselines, rules, switching, patterns }: Thresholds): Check[] {
  const { band, window_days } = baselines;
  const { enter } = rules.strain;
  const parts: (readonly [path: string, part: number, whole: number, name: string])[] = [
    ['baselines.days_at_least', baselines.days_at_least, window_days, 'window_days'],
    ['baselines.band.nights', band.nights, window_days, 'window_days'],
    ['baselines.band.nights_at_least', band.nights_at_least, band.nights, 'nights'],
    ['rules.strain.enter.days', enter.days, enter.of, 'of'],
    ['rules.strain.enter.of', enter.of, enter.within_days, 'within_days'],
    ['patterns.trend.nights', patterns.trend.nights, window_days, 'baselines.window_days'],
    ['switching.stay.reflex', switching.stay.reflex, switching.reflex_at_most, 'reflex_at_most'],
  ];
  return parts.map(([path, part, whole, name]) => [path, part <= whole, `must not be more than ${name}`]);
}

function bands({ vendor_bands }: Thresholds): Check[] {
  return Object.entries(vendor_bands).flatMap(([vendor, scores]) =>
    Object.entries(scores).flatMap(([metric, list]) =>
      list.map(({ to }, index): Check => [
        `vendor_bands.${vendor}.${metric}.${index}.to`,
        to > (list[index - 1]?.to ?? -Infinity),
        'must be more than the band before',
      ]),
    ),
  );
}
