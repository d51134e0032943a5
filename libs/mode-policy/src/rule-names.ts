/** All rules, in the order of the policy's table. The order is part of a state's format. */
export const ruleNames = [
  'pulse_high',
  'pulse_low',
  'spo2_low',
  'respiration',
  'temperature',
  'news2_partial',
  'stress_high',
  'stress_overload',
  'rmssd_drop',
  'two_of_three',
  'recovery_low',
  'strain',
  'illness_watch',
  'hrv_and_pulse_high',
  'hrv_and_pulse_low',
  'pulse_irregular',
  'pulse_unexplained',
  'devices_disagree',
] as const;

export type RuleName = (typeof ruleNames)[number];

/** Rules that ask a person something. */
export const askingRules = [
  'hrv_and_pulse_high',
  'hrv_and_pulse_low',
  'pulse_irregular',
  'pulse_unexplained',
  'devices_disagree',
] as const satisfies readonly RuleName[];

export type AskingRule = (typeof askingRules)[number];

export function asks(rule: string): rule is AskingRule {
  return askingRules.some((name) => name === rule);
}

/** How a question ends. */
export const settledStatuses = ['refuted', 'answered', 'confirmed', 'expired', 'stale'] as const;

export type SettledStatus = (typeof settledStatuses)[number];

/** Rules of which a value can be too low and too high. */
export const twoSidedRules = ['respiration', 'temperature'] as const satisfies readonly RuleName[];

export type TwoSidedRule = (typeof twoSidedRules)[number];

export function hasTwoSides(rule: RuleName): rule is TwoSidedRule {
  return twoSidedRules.some((name) => name === rule);
}

/** The parts of rules that fire, hold and leave each by itself. The order is part of a state's format. */
export const unitNames = [
  'pulse_high.live',
  'pulse_high.night',
  'pulse_low.live',
  'pulse_low.night',
  'spo2_low.live',
  'spo2_low.night',
  'respiration.live',
  'respiration.night',
  'temperature.low',
  'temperature.fever',
  'temperature.high',
  'news2_partial.reflex',
  'news2_partial.guardian',
  'stress_high',
  'stress_overload',
  'rmssd_drop',
  'two_of_three',
  'recovery_low',
  'strain',
  'illness_watch',
  'hrv_and_pulse_high',
  'hrv_and_pulse_low',
  'pulse_irregular',
  'pulse_unexplained',
  'devices_disagree.heart_rate',
  'devices_disagree.spo2',
  'devices_disagree.rmssd_night',
  'devices_disagree.pulse_night',
  'devices_disagree.respiration_night',
  'devices_disagree.spo2_night',
] as const;

export type UnitName = (typeof unitNames)[number];

export function ruleOfUnit(name: UnitName): RuleName {
  return name.split('.')[0] as RuleName;
}

export function ruleNumber(name: RuleName): number {
  return ruleNames.indexOf(name);
}

export function unitNumber(name: UnitName): number {
  return unitNames.indexOf(name);
}
