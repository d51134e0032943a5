import { thresholdsSchema, type Thresholds } from './thresholds.ts';

/** The path of a number, whether it fits the others, and the fault if it does not. */
type Check = readonly [path: string, fits: boolean, message: string];
type ThresholdProblem = { readonly path: readonly string[]; readonly message: string };

type Order = '>=' | '>' | '<=' | '<';

/** Enter and leave thresholds that must lie in this order; otherwise a mode would flap. */
const sides: readonly (readonly [rule: keyof Thresholds['rules'], enter: string, Order, leave: string])[] = [
  ['rmssd_drop', 'drop_above_ms', '>=', 'drop_to_ms'],
  ['rmssd_drop', 'drop_above_percent', '>=', 'drop_to_percent'],
  ['high_pulse', 'heart_rate_above', '>=', 'heart_rate_to'],
  ['high_stress', 'stress_level_above', '>=', 'stress_level_to'],
  ['stress_overload', 'hrv_rmssd_below', '<=', 'hrv_rmssd_from'],
  ['stress_overload', 'readiness_score_below', '<=', 'readiness_score_from'],
  ['news2_spo2', 'spo2_to', '<', 'spo2_from'],
  ['news2_respiration', 'respiratory_rate_to', '<', 'respiratory_rate_from'],
  ['news2_respiration', 'respiratory_rate_from', '>', 'respiratory_rate_to'],
  ['news2_pulse', 'heart_rate_to', '<', 'heart_rate_from'],
  ['news2_pulse', 'heart_rate_from', '>', 'heart_rate_to'],
  ['news2_temperature', 'body_temperature_to', '<', 'body_temperature_from'],
  ['low_recovery', 'recovery_score_below', '<=', 'recovery_score_from'],
  ['two_of_three', 'hrv_rmssd_below', '<=', 'hrv_rmssd_from'],
  ['two_of_three', 'heart_rate_above', '>=', 'heart_rate_to'],
  ['two_of_three', 'stress_level_above', '>=', 'stress_level_to'],
  ['high_hrv_high_pulse', 'rmssd_above_baselines', '>=', 'rmssd_to_baselines'],
  ['high_hrv_high_pulse', 'heart_rate_above', '>=', 'heart_rate_to'],
  ['low_hrv_low_pulse', 'hrv_rmssd_below', '<=', 'hrv_rmssd_from'],
  ['low_hrv_low_pulse', 'heart_rate_below', '<=', 'heart_rate_from'],
];

/** A rules file: its shape, and the relations between its numbers. */
export const ruleSetSchema = thresholdsSchema.check(({ value, issues }) => {
  for (const { path, message } of checkThresholds(value)) {
    issues.push({ code: 'custom', input: value, path: [...path], message });
  }
});

/** Checks numbers against each other: leave thresholds against enter thresholds, parts against wholes, bands in order. */
function checkThresholds(thresholds: Thresholds): ThresholdProblem[] {
  return [...leaves(thresholds), ...wholes(thresholds), ...bands(thresholds)].flatMap(
    ([path, fits, message]) => (fits ? [] : [{ path: path.split('.'), message }]),
  );
}

function leaves({ rules }: Thresholds): Check[] {
  return sides.map(([rule, enterKey, order, leaveKey]) => {
    const values = rules[rule] as unknown as Record<'enter' | 'leave', Record<string, number>> | undefined;
    // A recorded rule set may lack a rule that was added later.
    const fits =
      values === undefined ||
      inOrder(values.enter[enterKey] as number, order, values.leave[leaveKey] as number);
    return [`rules.${rule}.leave.${leaveKey}`, fits, 'must not lie on the far side of the enter threshold'];
  });
}

function inOrder(a: number, order: Order, b: number): boolean {
  if (a === b) return order === '>=' || order === '<=';
  return order.startsWith('>') ? a > b : a < b;
}

function wholes({ baselines, rules, switching, patterns }: Thresholds): Check[] {
  const { band, window_days } = baselines;
  const { enter } = rules.strain;
  const pulse = rules.news2_pulse.leave;
  const breath = rules.news2_respiration.leave;
  const parts: (readonly [path: string, part: number, whole: number, name: string])[] = [
    ['baselines.days_at_least', baselines.days_at_least, window_days, 'window_days'],
    ['baselines.band.nights', band.nights, window_days, 'window_days'],
    ['baselines.band.nights_at_least', band.nights_at_least, band.nights, 'nights'],
    ['rules.strain.enter.days', enter.days, enter.of, 'of'],
    ['rules.strain.enter.of', enter.of, enter.within_days, 'within_days'],
    ['patterns.trend.nights', patterns.trend.nights, window_days, 'baselines.window_days'],
    ['switching.stay.reflex', switching.stay.reflex, switching.reflex_at_most, 'reflex_at_most'],
    ['rules.news2_pulse.leave.heart_rate_from', pulse.heart_rate_from, pulse.heart_rate_to, 'heart_rate_to'],
    [
      'rules.news2_respiration.leave.respiratory_rate_from',
      breath.respiratory_rate_from,
      breath.respiratory_rate_to,
      'respiratory_rate_to',
    ],
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
