// How rules see a signal. The numbers of slots, lanes and vital signs are part of a state's format.

/** Metrics that a rule or a contrary signal can see. Everything else is ignored. */
export const seenMetrics = [
  'heart_rate',
  'spo2',
  'respiratory_rate',
  'body_temperature',
  'hrv_rmssd',
  'hrv_sdnn',
  'stress_level',
  'resting_heart_rate',
  'readiness_score',
  'recovery_score',
  'sleep_score',
  'strain',
  'skin_temp',
  'skin_temp_deviation',
  'steps',
] as const;

export type SeenMetric = (typeof seenMetrics)[number];

/** Live vital signs: a state remembers their last readings of each device. */
export const vitals = ['heart_rate', 'spo2', 'respiratory_rate'] as const satisfies readonly SeenMetric[];

export type Vital = (typeof vitals)[number];

/** A slot holds the newest signal of a device; of the live ones that have a context, one for each context. */
export const slots = [
  'pulse_night',
  'pulse_lowest',
  'spo2_night',
  'respiration_night',
  'rmssd_night',
  'resting_night',
  'resting_day',
  'rmssd_live',
  'stress',
  'body_temperature',
  'readiness',
  'recovery',
  'sleep_score',
  'strain',
  'skin_temp',
  'skin_deviation',
] as const;

export type Slot = (typeof slots)[number];

const slotMetrics: Readonly<Record<Slot, SeenMetric>> = {
  pulse_night: 'heart_rate',
  pulse_lowest: 'heart_rate',
  spo2_night: 'spo2',
  respiration_night: 'respiratory_rate',
  rmssd_night: 'hrv_rmssd',
  resting_night: 'resting_heart_rate',
  resting_day: 'resting_heart_rate',
  rmssd_live: 'hrv_rmssd',
  stress: 'stress_level',
  body_temperature: 'body_temperature',
  readiness: 'readiness_score',
  recovery: 'recovery_score',
  sleep_score: 'sleep_score',
  strain: 'strain',
  skin_temp: 'skin_temp',
  skin_deviation: 'skin_temp_deviation',
};

const numbers = new Map<Slot, number>(slots.map((slot, index) => [slot, index]));

export function slotNumber(slot: Slot): number {
  return numbers.get(slot) as number;
}

export function metricOfSlot(slot: Slot): SeenMetric {
  return slotMetrics[slot];
}

/** Everything that an event can contain, as bits: the slots, then the vital signs, then changes of contexts. */
export function slotBit(slot: Slot): number {
  return 1 << slotNumber(slot);
}

export function vitalBit(vital: Vital): number {
  return 1 << (slots.length + vitals.indexOf(vital));
}

/** A context was judged anew. */
export const contextBit = 1 << (slots.length + vitals.length);
/** A day of the illness watch was judged. */
export const illnessBit = 1 << (slots.length + vitals.length + 1);
