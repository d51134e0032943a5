import type { SimulatedEvent } from '../devices/simulated-event.ts';
import { createMemory, type Memory, type Signal } from './memory.ts';

type MatchingSignal = Signal | undefined;
type Rule = { readonly inputs: readonly MatchingSignal[]; readonly holds: boolean };

/**
 * Which enter conditions of the mode policy each event of a person fulfils, read as plainly as possible: everything is
 * kept, nothing is incremental. It knows neither holding nor staying, and leaves out `strain`, which takes days. An
 * independent check of what the generator promises, too slow for more than a few hundred events.
 */
export function createRulesFired(): (event: SimulatedEvent) => string[] {
  const memory = createMemory();
  return function rulesFired(event) {
    const brought = memory.take(event);
    const rules = Object.entries({ ...ruleSet(memory), devices_disagree: disagreement(memory, brought) });
    return rules
      .filter(([, { inputs, holds }]) => holds && inputs.some((input) => input && brought.includes(input)))
      .map(([rule]) => rule);
  };
}

function ruleSet({ newest, isAtRest, baseline }: Memory): Record<string, Rule> {
  const inMotion = ({ context }: Signal) => context === 'active';
  const rmssd = newest('hrv_rmssd', (signal) => !inMotion(signal));
  const stress = newest('stress_level', (signal) => !inMotion(signal));
  const pulse = newest('heart_rate', (signal) => signal.statistic === undefined && isAtRest(signal));
  const readiness = newest('readiness_score', () => true);
  const recovery = newest('recovery_score', () => true);
  const spo2 = newest('spo2', isAtRest);
  const breath = newest('respiratory_rate', isAtRest);
  const temperature = newest('body_temperature', isAtRest);
  const usual = rmssd && baseline(rmssd);

  const below = (signal: MatchingSignal, limit: number) => signal !== undefined && signal.value < limit;
  const above = (signal: MatchingSignal, limit: number) => signal !== undefined && signal.value > limit;
  const atMost = (signal: MatchingSignal, limit: number) => signal !== undefined && signal.value <= limit;
  const atLeast = (signal: MatchingSignal, limit: number) => signal !== undefined && signal.value >= limit;
  const strains = [below(rmssd, 30), above(pulse, 80), above(stress, 0.7)].filter(Boolean).length;
  return {
    rmssd_drop: {
      inputs: [rmssd],
      holds: usual !== undefined && below(rmssd, Math.max(usual - 25, usual * 0.7)),
    },
    high_pulse: { inputs: [pulse], holds: above(pulse, 100) },
    high_stress: { inputs: [stress], holds: above(stress, 0.85) },
    stress_overload: { inputs: [rmssd, readiness], holds: below(rmssd, 30) && below(readiness, 70) },
    news2_spo2: { inputs: [spo2], holds: atMost(spo2, 91) },
    news2_respiration: { inputs: [breath], holds: atMost(breath, 8) || atLeast(breath, 25) },
    news2_pulse: { inputs: [pulse], holds: atMost(pulse, 40) || atLeast(pulse, 131) },
    news2_temperature: { inputs: [temperature], holds: atMost(temperature, 35) },
    low_recovery: { inputs: [recovery], holds: below(recovery, 40) },
    two_of_three: { inputs: [rmssd, pulse, stress], holds: strains >= 2 },
    high_hrv_high_pulse: {
      inputs: [rmssd, pulse],
      holds: usual !== undefined && above(rmssd, 1.5 * usual) && above(pulse, 90),
    },
    low_hrv_low_pulse: { inputs: [rmssd, pulse], holds: below(rmssd, 20) && below(pulse, 50) },
  };
}

/** Per metric: within how many minutes, and how far apart. */
const closeness = { heart_rate: [2, 20], spo2: [10, 4] } as const;

function disagreement({ besides, isAtRest }: Memory, brought: readonly Signal[]): Rule {
  const disagrees = (signal: Signal) => {
    if (signal.metric !== 'heart_rate' && signal.metric !== 'spo2') return false;
    const [minutes, apart] = closeness[signal.metric];
    const others = besides(signal, minutes).filter(isAtRest);
    return isAtRest(signal) && others.some((other) => Math.abs(other.value - signal.value) > apart);
  };
  const inputs = brought.filter(disagrees);
  return { inputs, holds: inputs.length > 0 };
}
