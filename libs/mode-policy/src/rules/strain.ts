import { baselineBefore, logMoments, valuesBefore } from '../baseline.ts';
import { findSeries, seriesNumber, valueOn } from '../baseline-series.ts';
import type { BaselineSeries } from '../person-state.ts';
import { confidenceBeyond, defineRule, needingAll, type Rule } from '../rule.ts';
import type { PolicyValues } from '../policy-values.ts';
import type { Thresholds } from '../thresholds.ts';

/** A resting pulse above and a night's RMSSD below the usual, on most of the last days that have both. */
export function strain({ rules, confidence }: Thresholds): Rule {
  const { enter, contrary } = rules.strain;
  return defineRule(
    { key: 'strain', mode: 'guardian', contrary, metrics: ['resting_heart_rate', { night: 'hrv_rmssd' }] },
    (view) => {
      const resting = view.see('resting_heart_rate');
      const night = view.seeNight('hrv_rmssd');
      if (resting === undefined || night === undefined) return undefined;
      const pulses = findSeries(view.state.lanes, seriesNumber(resting.slot, resting.statistic));
      const nights = findSeries(view.state.lanes, seriesNumber(night.slot, night.statistic));
      if (pulses === undefined || nights === undefined) return undefined;
      const from = Math.max(resting.day, night.day);
      const days = daysWithBoth(pulses, nights, from, enter);
      // The latest such day must still be fresh: both of its values, or one of them and the next day's other.
      const isFresh = (days[0] ?? -Infinity) >= Math.min(resting.day, night.day);
      const strained = isFresh
        ? days.filter((day) => isStrained(pulses, nights, day, view.policy)).length
        : 0;
      return {
        ...needingAll([resting, night]),
        enters: strained >= enter.days,
        leaves: strained < enter.days,
        confidence: confidenceBeyond(strained - enter.days, enter.of - enter.days, confidence.just_over),
      };
    },
  );
}

type StrainEntry = Thresholds['rules']['strain']['enter'];

/** The last days that have both values, the latest first. */
function daysWithBoth(
  pulses: BaselineSeries,
  nights: BaselineSeries,
  from: number,
  { of, within_days }: StrainEntry,
): number[] {
  const days: number[] = [];
  for (let day = from; day > from - within_days && days.length < of; day -= 1) {
    if (!Number.isNaN(valueOn(pulses, day)) && !Number.isNaN(valueOn(nights, day))) days.push(day);
  }
  return days;
}

function isStrained(
  pulses: BaselineSeries,
  nights: BaselineSeries,
  day: number,
  policy: PolicyValues,
): boolean {
  const { baselines, rules } = policy.thresholds;
  const { enter } = rules.strain;
  const usual = baselineBefore(pulses, day, policy);
  const month = valuesBefore(nights, day, baselines.window_days);
  const week = valuesBefore(nights, day, baselines.band.nights);
  if (usual === undefined || month.length < baselines.days_at_least) return false;
  if (week.length < baselines.band.nights_at_least) return false;
  const limit = logMoments(week).mean - enter.ln_rmssd_below_sd * logMoments(month).sd;
  return (
    valueOn(pulses, day) > usual.centre + enter.resting_pulse_above_mad * usual.spread &&
    Math.log(valueOn(nights, day)) < limit
  );
}
