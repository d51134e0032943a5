import { dateOf } from '../local-day.ts';
import { daysBetween, valuesBetween } from '../baseline-series.ts';
import { nightPulses, nightPulseSlots } from '../night-pulse.ts';
import { defineUnit, levels, tidy, type Firing, type Unit, type Verdict } from '../rule.ts';
import { slotBit } from '../slots.ts';
import type { Thresholds } from '../thresholds.ts';
import { bySource, usualOf } from '../usual.ts';
import { decidingNight, newestIn, type View } from '../view.ts';
import type { Lane } from '../person-state.ts';

type Rule = Thresholds['rules']['strain'];

/** The last nights against the month before: a pulse that rises while the variability falls. */
export function strain({ rules }: Thresholds): Unit {
  const rule = rules.strain;
  const inputs = [...nightPulseSlots, 'rmssd_night' as const].reduce((bits, slot) => bits | slotBit(slot), 0);
  return defineUnit('strain', {
    mode: 'guardian',
    contrary: rule.contrary,
    inputs,
    judge: (view): Verdict | undefined => {
      const rmssd = decidingNight(view, 'rmssd_night', 'rmssd_sleep');
      const pulse = newestIn(view, ...nightPulseSlots);
      if (rmssd === undefined || pulse === undefined) return undefined;
      const base = {
        at: Math.max(rmssd.isNew ? rmssd.at : 0, pulse.isNew ? pulse.at : 0),
        staleAt: Math.min(rmssd.staleAt, pulse.staleAt),
      };
      const found = base.at === 0 ? undefined : loadOf(view, Math.max(rmssd.day, pulse.day), rule);
      if (found === undefined) return base;
      const { sum, least, counted } = found;
      const isMajor = sum >= rule.warning_sum_from && found.beyondCycle >= rule.leave_sum_below;
      const meets = sum >= rule.sum_from && least >= rule.each_from && rmssd.isFresh && pulse.isFresh;
      const firing: Firing | undefined = meets
        ? {
            level: isMajor ? levels.warning : levels.info,
            on: rmssd.isNew ? rmssd : pulse,
            inputs: [{ seen: rmssd }, { seen: pulse }],
            confidence: view.policy.thresholds.confidence.several_inputs,
            night: 1,
            facts: { sum: Math.round(sum * 10) / 10, days: counted.length, counted: counted.join(', ') },
          }
        : undefined;
      return { ...base, firing, over: sum < rule.leave_sum_below || least < rule.leave_one_below };
    },
  });
}

/**
 * How far the last nights' means are from the reference, in spreads: both together, the lesser, and both together without
 * the part that a luteal phase explains.
 */
function loadOf(view: View, day: number, rule: Rule) {
  const { draft, policy } = view;
  // Both were seen, so both have a lane.
  const [pulse] = nightPulses(draft.lanes, day, policy);
  const [rmssd] = bySource(draft.lanes, 'rmssd_sleep', day, policy);
  if (pulse === undefined || rmssd === undefined) return undefined;
  const up = riseOf(pulse.lane, day - pulse.shift, rule, view);
  const down = riseOf(rmssd, day, rule, view);
  if (up === undefined || down === undefined) return undefined;
  const sum = up.rise / up.spread - down.rise / down.spread;
  const { cycle } = policy.thresholds.usual;
  const explained = cycle.pulse / up.spread - Math.log(1 - cycle.rmssd_loss) / down.spread;
  return {
    sum: tidy(sum),
    least: tidy(Math.min(up.rise / up.spread, -down.rise / down.spread)),
    beyondCycle: tidy(isWarmer(view, day, rule) ? sum - explained : sum),
    counted: daysOf(rmssd, day, rule),
  };
}

/** The same nights are warmer, by at least half of what a luteal phase adds (ADR 52). */
function isWarmer(view: View, day: number, rule: Rule): boolean {
  const { draft, policy } = view;
  const lanes = (['skin_temp', 'skin_deviation'] as const).flatMap((name) =>
    bySource(draft.lanes, name, day, policy).slice(0, 1),
  );
  const least = policy.thresholds.usual.cycle.temperature / 2;
  return lanes.some((lane) => (riseOf(lane, day, rule, view)?.rise ?? 0) >= least);
}

/** The last nights' mean above the reference, in the unit of the lane, and the spread of the reference. */
export function riseOf(lane: Lane, day: number, rule: Rule, view: View) {
  const { from_day, to_day, days_at_least } = rule.reference;
  const last = valuesBetween(lane, day - rule.nights + 1, day);
  if (last.length < rule.nights_at_least) return undefined;
  const reference = usualOf(lane, day - from_day, day - to_day, days_at_least, view.policy);
  if (reference === undefined) return undefined;
  const mean = last.reduce((total, one) => total + one, 0) / last.length;
  return { rise: mean - reference.centre, spread: reference.spread };
}

/** The nights that count, as dates. */
function daysOf(lane: Lane, day: number, rule: Rule): string[] {
  return Array.from({ length: rule.nights }, (_, index) => day - rule.nights + 1 + index)
    .filter((one) => daysBetween(lane, one, one) === 1)
    .map(dateOf);
}
