import type { SimulatedEvent } from '../devices/simulated-event.ts';
import { minuteMs } from '../life/day-number.ts';
import { createMemory, type Memory, type Signal } from './memory.ts';

type MatchingSignal = Signal | undefined;
type Rule = { readonly inputs: readonly MatchingSignal[]; readonly holds: boolean };

/**
 * Which enter conditions of the mode policy, version 3, each event of a person fulfils, read as plainly as possible: everything
 * is kept, nothing is incremental. It knows the rules of acute episodes for grown-ups whose readings state their context; no
 * veto, no holding, no staying, and none of the slow rules. An independent check, too slow for more than a few thousand events.
 * @param since Earlier events, in ms since 1970, are remembered and not judged.
 */
export function createRulesFired(since: number): (event: SimulatedEvent) => string[] {
  const memory = createMemory();
  return function rulesFired(event) {
    const taken = memory.take(event);
    if (event.receivedAt < since) return [];
    return Object.entries(ruleSet(memory))
      .filter(([, { inputs, holds }]) => holds && inputs.some((input) => input && taken.includes(input)))
      .map(([rule]) => rule);
  };
}

function ruleSet(memory: Memory): Record<string, Rule> {
  const { newest } = memory;
  const anything = () => true;
  const live = (signal: Signal) =>
    !signal.isDaily && (signal.context === 'rest' || signal.context === 'sleep');
  const awake = (signal: Signal) => live(signal) && signal.context === 'rest';
  const [pulse, spo2, breath] = [
    newest('heart_rate', awake),
    newest('spo2', live),
    newest('respiratory_rate', live),
  ];
  const rmssd = newest('hrv_rmssd', ({ isDaily }) => isDaily);
  const [stress, heat] = [newest('stress_level', anything), newest('body_temperature', awake)];
  const [readiness, recovery] = [newest('readiness_score', anything), newest('recovery_score', anything)];
  const t = highPulse(memory, pulse);
  const { z, percent } = againstUsual(memory, rmssd);
  const isBeyond = (
    signal: MatchingSignal,
    isOver: (value: number) => boolean,
    ends: (value: number) => boolean,
  ) => signal !== undefined && isConfirmed(memory, signal, isOver, ends);
  const isLowRmssd = z <= -2;
  const isTense = stress !== undefined && stress.value > 0.7;
  const isFast = isBeyond(
    pulse,
    (value) => value > t - 5,
    (value) => value <= t - 12,
  );
  return {
    pulse_high: {
      inputs: [pulse],
      holds: isBeyond(
        pulse,
        (value) => value > t,
        (value) => value <= t - 10,
      ),
    },
    // Nobody's usual pulse is so low that 28 would be usual.
    pulse_low: {
      inputs: [pulse],
      holds: isBeyond(
        pulse,
        (value) => value <= 28,
        (value) => value >= 44,
      ),
    },
    spo2_low: {
      inputs: [spo2],
      holds: isBeyond(
        spo2,
        (value) => value <= 91,
        (value) => value >= 93,
      ),
    },
    respiration: {
      inputs: [breath],
      holds: isBeyond(
        breath,
        (value) => value <= 8 || value >= 25,
        (value) => value >= 9 && value <= 22,
      ),
    },
    temperature: { inputs: [heat], holds: heat !== undefined && (heat.value <= 35 || heat.value >= 39.1) },
    stress_high: { inputs: [stress], holds: stress !== undefined && stress.value > 0.85 },
    stress_overload: {
      inputs: [rmssd, readiness],
      holds: isLowRmssd && readiness !== undefined && readiness.value < 70 && readiness.day === rmssd?.day,
    },
    rmssd_drop: { inputs: [rmssd], holds: z <= -2.5 && percent <= -25 },
    recovery_low: { inputs: [recovery], holds: recovery !== undefined && recovery.value < 34 },
    two_of_three: {
      inputs: [rmssd, pulse, stress],
      holds: [isLowRmssd, isFast, isTense].filter(Boolean).length >= 2,
    },
  };
}

/** T of an awake person: usual + 30 within 90 … 120, of the pulse at rest or else of the resting pulse; 100 without a usual. */
function highPulse({ usual }: Memory, pulse: MatchingSignal): number {
  if (pulse === undefined) return Infinity;
  const own =
    usual('heart_rate', pulse.day, ({ isDaily, context }) => !isDaily && context === 'rest') ??
    usual('resting_heart_rate', pulse.day, () => true);
  return own === undefined ? 100 : Math.min(120, Math.max(90, own.centre + 30));
}

function againstUsual(
  { usual }: Memory,
  rmssd: MatchingSignal,
): { readonly z: number; readonly percent: number } {
  const own =
    rmssd && usual('hrv_rmssd', rmssd.day, ({ isDaily, source }) => isDaily && source === rmssd.source);
  if (rmssd === undefined || own === undefined) return { z: 0, percent: 0 };
  const spread = Math.max(0.1, own.spread / own.centre);
  return { z: Math.log(rmssd.value / own.centre) / spread, percent: 100 * (rmssd.value / own.centre - 1) };
}

/** Two readings of one device, 30 s to 10 min apart (1 h, but for a pulse), both beyond and none between that ends it. */
function isConfirmed(
  { before }: Memory,
  signal: Signal,
  isOver: (value: number) => boolean,
  ends: (value: number) => boolean,
): boolean {
  if (!isOver(signal.value)) return false;
  const most = signal.metric === 'heart_rate' ? 10 * minuteMs : 60 * minuteMs;
  for (const other of before(signal)) {
    if (signal.at - other.at > most || ends(other.value)) return false;
    if (signal.at - other.at >= minuteMs / 2 && isOver(other.value)) return other.context !== 'active';
  }
  return false;
}
