import type { Context } from '@bridge/contracts';

/** Metrics that a rule or a contrary signal can see. Everything else is history only. */
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
] as const;
export type SeenMetric = (typeof seenMetrics)[number];

/**
 * A slot holds the newest signal of one metric in one context; a state keeps them in a list, so the order of slots is
 * part of its format. `moving` is an unknown context that an activity was known to cover. `any`: the context of a score
 * or of a resting pulse means nothing. `active` has no slot, since no rule uses it.
 */
export type SlotContext = Exclude<Context, 'active'> | 'moving' | 'any';
export type Slot = { readonly metric: SeenMetric; readonly context: SlotContext };

const contextsOf: Readonly<Record<SeenMetric, readonly SlotContext[]>> = {
  heart_rate: ['sleep', 'rest', 'unknown', 'moving'],
  spo2: ['sleep', 'rest', 'unknown', 'moving'],
  respiratory_rate: ['sleep', 'rest', 'unknown', 'moving'],
  body_temperature: ['sleep', 'rest', 'unknown', 'moving'],
  hrv_rmssd: ['sleep', 'rest', 'unknown'],
  hrv_sdnn: ['sleep', 'rest', 'unknown'],
  stress_level: ['sleep', 'rest', 'unknown'],
  resting_heart_rate: ['any'],
  readiness_score: ['any'],
  recovery_score: ['any'],
  sleep_score: ['any'],
  strain: ['any'],
};

export const slots: readonly Slot[] = seenMetrics.flatMap((metric) =>
  contextsOf[metric].map((context) => ({ metric, context })),
);

type Slots = readonly [first: number, ...others: number[]];
const slotsByMetric = Object.fromEntries(
  seenMetrics.map((metric) => [
    metric,
    slots.flatMap((slot, index) => (slot.metric === metric ? [index] : [])),
  ]),
) as unknown as Readonly<Record<SeenMetric, Slots>>;

/** The slots of a metric, by index into `slots`. */
export function slotsOf(metric: SeenMetric): Slots {
  return slotsByMetric[metric];
}

/** The slot of a metric in a context; undefined where no rule uses it. */
export function slotOf(metric: SeenMetric, context: Context | 'moving'): number | undefined {
  const own = slotsOf(metric);
  if (own.length === 1) return own[0];
  return context === 'active' ? undefined : own[slotContextOrder.indexOf(context)];
}

/** The slot of values measured asleep; a score has only one slot. */
export function nightSlot(metric: SeenMetric): number {
  return slotsOf(metric)[0];
}

const slotContextOrder = ['sleep', 'rest', 'unknown', 'moving'] as const;

/** Rules look at these metrics only at rest. */
export function needsRest(metric: SeenMetric): boolean {
  return slotsOf(metric).length === slotContextOrder.length;
}

/** One bit per slot: one operation decides whether an event contains an input of a rule. */
export function slotBit(slot: number): number {
  return 1 << slot;
}

/** All slots of a metric. */
export function slotBits(metric: SeenMetric): number {
  return bitsByMetric[metric];
}

const bitsByMetric = Object.fromEntries(
  seenMetrics.map((metric) => [metric, slotsOf(metric).reduce((bits, slot) => bits | slotBit(slot), 0)]),
) as Readonly<Record<SeenMetric, number>>;
