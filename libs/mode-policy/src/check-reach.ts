import { metrics } from '@bridge/contracts';
import { distances, greatestZ, type Check } from './check-distances.ts';
import type { Contrary, Thresholds } from './thresholds.ts';

/**
 * Numbers that fit their metric and still let a rule never fire, or never leave. The names say whether a boundary is
 * included: nothing can lie above the greatest plausible value, but it can be reached.
 */
export function reach(thresholds: Thresholds): Check[] {
  return [
    ...strict(thresholds),
    ...pulses(thresholds),
    ...sums(thresholds),
    ...times(thresholds),
    ...distances(thresholds),
    ...contraries(thresholds),
  ];
}

/** Thresholds that exclude their own number. */
function strict({ rules, usual }: Thresholds): Check[] {
  const { stress_level, readiness_score, recovery_score, hrv_rmssd, heart_rate } = metrics;
  const { stress_high, two_of_three, stress_overload, recovery_low, hrv_and_pulse_low: low } = rules;
  const { without_usual: high } = rules.hrv_and_pulse_high;
  const above = (path: string, value: number, { max }: { readonly max: number }): Check => [
    path,
    value < max,
    `can never fire: nothing lies above ${max}`,
  ];
  const below = (path: string, value: number, { min }: { readonly min: number }): Check => [
    path,
    value > min,
    `can never fire: nothing lies below ${min}`,
  ];
  return [
    above('rules.stress_high.above', stress_high.above, stress_level),
    above('rules.two_of_three.stress_level_above', two_of_three.stress_level_above, stress_level),
    below('rules.stress_overload.readiness_below', stress_overload.readiness_below, readiness_score),
    below('rules.recovery_low.below', recovery_low.below, recovery_score),
    below('usual.low_rmssd.without_usual_below', usual.low_rmssd.without_usual_below, hrv_rmssd),
    below('rules.hrv_and_pulse_low.rmssd_below', low.rmssd_below, hrv_rmssd),
    below('rules.hrv_and_pulse_low.heart_rate_below', low.heart_rate_below, heart_rate),
    above('rules.hrv_and_pulse_high.without_usual.rmssd_above', high.rmssd_above, hrv_rmssd),
    above('rules.hrv_and_pulse_high.without_usual.pulse_above', high.pulse_above, heart_rate),
    above('rules.pulse_irregular.above', rules.pulse_irregular.above, {
      max: heart_rate.max - heart_rate.min,
    }),
    [
      'rules.rmssd_drop.percent_from',
      rules.rmssd_drop.percent_from < 100,
      'can never fire: nothing is 100 % below its usual',
    ],
  ];
}

/** Pulses relative to T and L must be pulses that somebody can have. */
function pulses({ usual, rules }: Thresholds): Check[] {
  const { min, max } = metrics.heart_rate;
  const { awake, asleep } = usual.pulse_limit;
  const lowest = (...limits: readonly (typeof awake)[]) =>
    Math.min(...limits.flatMap(({ at_least, without_usual }) => [at_least, without_usual]));
  const highest = Math.max(awake.at_most, awake.without_usual);
  const never = { fire: `can never fire: nothing lies above ${max}`, leave: 'can never leave' };
  return [
    ...(['awake', 'asleep'] as const).flatMap((name): Check[] => {
      const limit = usual.pulse_limit[name];
      const path = `usual.pulse_limit.${name}`;
      return [
        [`${path}.at_most`, limit.at_most < max, never.fire],
        [`${path}.without_usual`, limit.without_usual < max, never.fire],
      ];
    }),
    [
      'rules.pulse_high.leave_below_t',
      lowest(awake, asleep) - rules.pulse_high.leave_below_t >= min,
      `${never.leave}: the lowest T less this is below ${min}`,
    ],
    [
      'rules.two_of_three.leave_heart_rate_below_t',
      lowest(awake, asleep) - rules.two_of_three.leave_heart_rate_below_t >= min,
      `${never.leave}: the lowest T less this is below ${min}`,
    ],
    [
      'rules.pulse_low.leave_above_l',
      Math.max(rules.pulse_low.to, rules.pulse_low.without_usual_to) + rules.pulse_low.leave_above_l <= max,
      `${never.leave}: L and this are more than ${max}`,
    ],
    [
      'rules.pulse_unexplained.above_t',
      highest + rules.pulse_unexplained.above_t < max,
      `can never fire: the highest T and this are not less than ${max}`,
    ],
  ];
}

/** Sums and scores that their parts can reach. */
function sums(thresholds: Thresholds): Check[] {
  const { rules } = thresholds;
  const { news2_partial: news2, illness_watch: watch } = rules;
  const mostPoints = (bands: readonly { readonly points: number }[]) =>
    Math.max(...bands.map(({ points }) => points));
  const oxygen = Math.min(mostPoints(news2.spo2), mostPoints(news2.spo2_scale_2));
  const greatest =
    mostPoints(news2.respiration) + oxygen + mostPoints(news2.pulse) + mostPoints(news2.temperature);
  const { root_steps, ...body } = watch.weights;
  const weights = [root_steps, ...Object.values(body)];
  const root = Math.hypot(...weights);
  const names = Object.keys(watch.weights) as (keyof typeof watch.weights)[];
  const most = names.map(
    (name) => Math.abs(watch.weights[name]) * Math.min(watch.z_at_most, greatestZ(thresholds, name)),
  );
  const daily = most.reduce((sum, one) => sum + one, 0) / root - watch.drift;
  const score = watch.memory === 1 ? watch.score_at_most : daily / (1 - watch.memory);
  return [
    [
      'rules.news2_partial.reflex_from',
      news2.reflex_from <= greatest,
      `can never fire: all items together score at most ${greatest}`,
    ],
    [
      'rules.illness_watch.weights',
      Object.values(body).some((weight) => weight !== 0),
      'can never fire: every weight of the body is 0',
    ],
    [
      'rules.illness_watch.drift',
      root === 0 || (daily > 0 && score > watch.above),
      'can never fire: even the greatest daily values lead to no score above the threshold',
    ],
    [
      'rules.illness_watch.warning_above',
      watch.warning_above < watch.score_at_most,
      'can never fire: no score lies above score_at_most',
    ],
  ];
}

/** Times of nothing, and times that no second reading can lie in. */
function times({ fresh_for, confirmation, rules, switching, hypotheses, alerts }: Thresholds): Check[] {
  const { daily, ...live } = fresh_for;
  const lasting: [path: string, ms: number][] = [
    ...Object.entries(live).map(([name, ms]): [string, number] => [`fresh_for.${name}`, ms]),
    ['fresh_for.daily.to_fire', daily.to_fire],
    ['switching.reflex_at_most', switching.reflex_at_most],
    ['rules.news2_partial.within', rules.news2_partial.within],
    ...Object.entries(hypotheses.life).map(([name, ms]): [string, number] => [`hypotheses.life.${name}`, ms]),
    ...Object.entries(alerts.life).map(([name, ms]): [string, number] => [`alerts.life.${name}`, ms]),
  ];
  const { readings_at_least, within } = rules.pulse_irregular;
  const { readings, apart } = confirmation.remembered;
  return [
    ...lasting.map(([path, ms]): Check => [path, ms > 0, 'must be longer than nothing']),
    ...Object.entries(confirmation.within).map(([name, ms]): Check => [
      `confirmation.within.${name}`,
      ms >= confirmation.apart_from,
      'can never fire: it must not be less than apart_from',
    ]),
    [
      'rules.pulse_irregular.readings_at_least',
      readings_at_least <= readings && (readings_at_least - 1) * apart <= within,
      'can never fire: so many readings are not remembered within that time',
    ],
  ];
}

/** Signals that speak against a rule. A rule that is newer than the file is absent. */
function contraries({ rules }: Thresholds): Check[] {
  return Object.entries<Contradicted | undefined>(rules).flatMap(([rule, { contrary = [] } = {}]) =>
    contrary.map((one, index): Check => {
      const { min, max } = metrics[one.metric];
      const fits = 'above' in one ? one.above >= min && one.above < max : one.below > min && one.below <= max;
      return [
        `rules.${rule}.contrary.${index}.${'above' in one ? 'above' : 'below'}`,
        fits,
        `must leave room within ${min} to ${max}, the plausible range of ${one.metric}`,
      ];
    }),
  );
}

type Contradicted = { readonly contrary?: readonly Contrary[] };
