import { above, below, from, to } from '../boundary.ts';
import type { Rule } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';
import { devicesDisagree } from './devices-disagree.ts';
import { highHrvHighPulse } from './high-hrv-high-pulse.ts';
import { news2Pulse } from './news2-pulse.ts';
import { bothOutOfBounds, outOfBounds } from './plain-rules.ts';
import { rmssdDrop } from './rmssd-drop.ts';
import { strain } from './strain.ts';
import { twoOfThree } from './two-of-three.ts';

/** All rules, in the order of the policy's table: reflex, guardian, hypothesis. */
export function createRules(thresholds: Thresholds): readonly Rule[] {
  return [...reflexRules(thresholds), ...guardianRules(thresholds), ...hypothesisRules(thresholds)];
}

function reflexRules(thresholds: Thresholds): Rule[] {
  const { rules, confidence } = thresholds;
  const { high_pulse: pulse, high_stress: stress, stress_overload: overload } = rules;
  const { news2_spo2: spo2, news2_respiration: breath, news2_temperature: temperature } = rules;
  const reflex = { mode: 'reflex', justOver: confidence.just_over } as const;
  return [
    rmssdDrop(thresholds),
    outOfBounds({ ...reflex, key: 'high_pulse', contrary: pulse.contrary }, 'heart_rate', [
      above(pulse.enter.heart_rate_above, pulse.leave.heart_rate_to),
    ]),
    outOfBounds({ ...reflex, key: 'high_stress', contrary: stress.contrary }, 'stress_level', [
      above(stress.enter.stress_level_above, stress.leave.stress_level_to),
    ]),
    bothOutOfBounds(
      { ...reflex, key: 'stress_overload', contrary: overload.contrary, confidence: overload.confidence },
      ['hrv_rmssd', below(overload.enter.hrv_rmssd_below, overload.leave.hrv_rmssd_from)],
      ['readiness_score', below(overload.enter.readiness_score_below, overload.leave.readiness_score_from)],
    ),
    outOfBounds({ ...reflex, key: 'news2_spo2', contrary: spo2.contrary }, 'spo2', [
      to(spo2.enter.spo2_to, spo2.leave.spo2_from),
    ]),
    outOfBounds({ ...reflex, key: 'news2_respiration', contrary: breath.contrary }, 'respiratory_rate', [
      to(breath.enter.respiratory_rate_to, breath.leave.respiratory_rate_from),
      from(breath.enter.respiratory_rate_from, breath.leave.respiratory_rate_to),
    ]),
    news2Pulse(thresholds),
    outOfBounds({ ...reflex, key: 'news2_temperature', contrary: temperature.contrary }, 'body_temperature', [
      to(temperature.enter.body_temperature_to, temperature.leave.body_temperature_from),
    ]),
  ];
}

function guardianRules(thresholds: Thresholds): Rule[] {
  const { low_recovery } = thresholds.rules;
  const justOver = thresholds.confidence.just_over;
  return [
    outOfBounds(
      { key: 'low_recovery', mode: 'guardian', contrary: low_recovery.contrary, justOver },
      'recovery_score',
      [below(low_recovery.enter.recovery_score_below, low_recovery.leave.recovery_score_from)],
    ),
    twoOfThree(thresholds),
    strain(thresholds),
  ];
}

function hypothesisRules(thresholds: Thresholds): Rule[] {
  const { low_hrv_low_pulse: low } = thresholds.rules;
  return [
    highHrvHighPulse(thresholds),
    bothOutOfBounds(
      {
        key: 'low_hrv_low_pulse',
        mode: 'hypothesis',
        contrary: low.contrary,
        justOver: thresholds.confidence.just_over,
        settledBy: 'A week of nights, so that there is a baseline; or both measured again at rest.',
      },
      ['hrv_rmssd', below(low.enter.hrv_rmssd_below, low.leave.hrv_rmssd_from)],
      ['heart_rate', below(low.enter.heart_rate_below, low.leave.heart_rate_from)],
    ),
    ...devicesDisagree(thresholds),
  ];
}
