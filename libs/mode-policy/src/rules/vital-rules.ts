import { levels, tidy, type Unit } from '../rule.ts';
import type { RuleName } from '../rule-names.ts';
import type { Thresholds } from '../thresholds.ts';
import { highLimit, lowLimit, type View } from '../view.ts';
import { liveUnit, nightUnit, type VitalLimits, type VitalRule } from './vital-units.ts';

type Named = readonly [name: RuleName, rule: VitalRule];

/** What the rules of vital signs compare readings with. */
export function vitalLimits({ rules, usual }: Thresholds): readonly [Named, Named, Named, Named] {
  const { awake, asleep } = usual.pulse_limit;
  return [
    ['pulse_high', pulseHigh(rules.pulse_high, Math.min(awake.at_least, asleep.at_least))],
    ['pulse_low', pulseLow(rules.pulse_low)],
    ['spo2_low', spo2Low(rules.spo2_low)],
    ['respiration', respiration(rules.respiration)],
  ];
}

/** The rules of a vital sign that is too high or too low, each with a live and a night's part. */
export function vitalUnits(thresholds: Thresholds): Unit[] {
  const [[, high], [, low], [, oxygen], [, breath]] = vitalLimits(thresholds);
  return [
    liveUnit('pulse_high.live', 'reflex', high),
    nightUnit('pulse_high.night', 'guardian', high, ['pulse_night', 'pulse_sleep']),
    liveUnit('pulse_low.live', 'reflex', low),
    nightUnit('pulse_low.night', 'guardian', low, ['pulse_night', 'pulse_sleep']),
    liveUnit('spo2_low.live', 'reflex', oxygen),
    nightUnit('spo2_low.night', 'guardian', oxygen, ['spo2_night', 'spo2_sleep']),
    liveUnit('respiration.live', 'reflex', breath),
    nightUnit('respiration.night', 'guardian', breath, ['respiration_night', 'respiration_sleep']),
  ];
}

function pulseHigh(
  { critical_from, leave_below_t, contrary }: Thresholds['rules']['pulse_high'],
  lowestLimit: number,
): VitalRule {
  return {
    vital: 'heart_rate',
    contrary,
    // Of a child, whose limit has no least value, nothing is ordinary before it is compared.
    isOrdinary: (value) => value < lowestLimit - below16,
    limitsOf: (view, seen) => {
      const found = highLimit(view, seen);
      const hasCritical = view.isAdult;
      if (found === undefined && !hasCritical) return undefined;
      const limit = found?.limit ?? critical_from - smallest;
      return {
        usual: found?.usual,
        lacksUsual: found?.usual === undefined,
        levelOf: (value) => {
          if (hasCritical && value >= critical_from) return levels.critical;
          return value > limit ? levels.warning : levels.none;
        },
        thresholdOf: (level) => (level === levels.critical ? critical_from : tidy(limit)),
        sideOf: () => 1,
        isOver: (value) => value <= tidy(limit - leave_below_t),
        beyond: (value) => value - limit,
        distance: () => leave_below_t,
      };
    },
  };
}

/** Children's usual pulses are not so low that T falls below the adults' least by more. */
const below16 = 25;
const smallest = 1e-6;

function pulseLow(rule: Thresholds['rules']['pulse_low']): VitalRule {
  const { to, critical_to, leave_above_l, contrary } = rule;
  return {
    vital: 'heart_rate',
    contrary,
    isOrdinary: (value) => value > to,
    limitsOf: (view, seen) => {
      const found = lowLimit(view, seen);
      if (found === undefined) return undefined;
      const { limit, usual } = found;
      const critical = view.isAdult ? Math.min(critical_to, limit) : -Infinity;
      return {
        usual,
        lacksUsual: usual === undefined,
        levelOf: (value) => {
          if (value <= tidy(critical)) return levels.critical;
          return value <= tidy(limit) ? levels.warning : levels.none;
        },
        thresholdOf: (level) => tidy(level === levels.critical ? critical : limit),
        sideOf: () => -1,
        isOver: (value) => value >= tidy(limit + leave_above_l),
        beyond: (value) => limit - value,
        distance: () => leave_above_l,
      };
    },
  };
}

function spo2Low({ live, night, scale_2, contrary }: Thresholds['rules']['spo2_low']): VitalRule {
  return {
    vital: 'spo2',
    contrary,
    isOrdinary: (value) => value > live.to,
    limitsOf: (view, _seen, part) => {
      const { to, leave_from } = view.spo2Scale === 2 ? scale_2 : part === 'live' ? live : night;
      const level = part === 'live' ? levels.critical : levels.warning;
      return {
        usual: undefined,
        lacksUsual: false,
        levelOf: (value) => (value <= to ? level : levels.none),
        thresholdOf: () => to,
        sideOf: () => -1,
        isOver: (value) => value >= leave_from,
        beyond: (value) => to - value,
        distance: () => leave_from - to,
      };
    },
  };
}

function respiration({ low, high, contrary }: Thresholds['rules']['respiration']): VitalRule {
  return {
    vital: 'respiratory_rate',
    contrary,
    isOrdinary: (value) => value > low.to && value < high.from,
    limitsOf: (view: View, _seen, part): VitalLimits | undefined => {
      if (!view.isAdult) return undefined;
      const level = part === 'live' ? levels.critical : levels.warning;
      const isLow = (value: number) => value <= (low.leave_from + high.leave_to) / 2;
      return {
        usual: undefined,
        lacksUsual: false,
        levelOf: (value) => (value <= low.to || value >= high.from ? level : levels.none),
        thresholdOf: (_level, value) => (isLow(value) ? low.to : high.from),
        sideOf: (value) => (isLow(value) ? -1 : 1),
        isOver: (value) => value >= low.leave_from && value <= high.leave_to,
        beyond: (value) => (isLow(value) ? low.to - value : value - high.from),
        distance: (value) => (isLow(value) ? low.leave_from - low.to : high.from - high.leave_to),
      };
    },
  };
}
