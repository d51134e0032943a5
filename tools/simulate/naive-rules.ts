import type { Context } from '@bridge/contracts';
import { dayMs, hourMs, minuteMs } from './day-number.ts';
import type { SimulatedEvent, SimulatedReading } from './simulated-event.ts';

type Signal = Omit<SimulatedReading, 'context'> & {
  readonly context: Context;
  readonly at: number;
  /** Local day. */
  readonly day: number;
};

/**
 * Which enter conditions of the mode policy an event fulfils, read as plainly as possible: everything is kept, nothing
 * is incremental. It knows neither holding nor staying. An independent check of what the generator promises.
 */
export function createNaiveRules(): (event: SimulatedEvent) => string[] {
  const history: Signal[] = [];
  const efforts: { start: number; end: number }[] = [];

  return function fires(event) {
    const now = event.receivedAt;
    const signals = event.readings.map((reading) => signalOf(reading, event));
    const brought = signals.filter(
      (signal) =>
        !isLate(signal, history) && !signals.some((other) => sameLane(other, signal) && other.at > signal.at),
    );
    history.push(...signals);
    if (event.eventType === 'workout')
      efforts.push(...signals.map(({ start = 0, at }) => ({ start, end: at })));

    const isAtRest = ({ context, at }: Signal) =>
      context === 'rest' ||
      context === 'sleep' ||
      (context === 'unknown' && !efforts.some(({ start, end }) => at >= start && at < end + 30 * minuteMs));
    const newest = (metric: string, allowed: (signal: Signal) => boolean) =>
      history
        .filter(
          (signal) => signal.metric === metric && now - signal.at <= freshFor(signal) && allowed(signal),
        )
        .reduce<Signal | undefined>(
          (best, signal) => (best && best.at >= signal.at ? best : signal),
          undefined,
        );

    const rmssd = newest('hrv_rmssd', ({ context }) => context !== 'active');
    const pulse = newest('heart_rate', (signal) => signal.statistic === undefined && isAtRest(signal));
    const stress = newest('stress_level', ({ context }) => context !== 'active');
    const readiness = newest('readiness_score', () => true);
    const recovery = newest('recovery_score', () => true);
    const spo2 = newest('spo2', isAtRest);
    const breath = newest('respiratory_rate', isAtRest);
    const temperature = newest('body_temperature', isAtRest);
    const usual = rmssd && baseline(history, rmssd);

    const is = (signal: Signal | undefined, test: (value: number) => boolean) =>
      signal !== undefined && test(signal.value);
    const low = is(rmssd, (ms) => ms < 30);
    const tense = is(stress, (level) => level > 0.7);
    const rules: [rule: string, inputs: (Signal | undefined)[], fires: boolean][] = [
      ['rmssd_drop', [rmssd], usual !== undefined && is(rmssd, (ms) => usual - ms > 25 || ms < usual * 0.7)],
      ['high_pulse', [pulse], is(pulse, (rate) => rate > 100)],
      ['high_stress', [stress], is(stress, (level) => level > 0.85)],
      ['stress_overload', [rmssd, readiness], low && is(readiness, (score) => score < 70)],
      ['news2_spo2', [spo2], is(spo2, (share) => share <= 91)],
      ['news2_respiration', [breath], is(breath, (rate) => rate <= 8 || rate >= 25)],
      ['news2_pulse', [pulse], is(pulse, (rate) => rate <= 40 || rate >= 131)],
      ['news2_temperature', [temperature], is(temperature, (degrees) => degrees <= 35)],
      ['low_recovery', [recovery], is(recovery, (score) => score < 40)],
      [
        'two_of_three',
        [rmssd, pulse, stress],
        [low, is(pulse, (rate) => rate > 80), tense].filter(Boolean).length >= 2,
      ],
      [
        'high_hrv_high_pulse',
        [rmssd, pulse],
        usual !== undefined && is(rmssd, (ms) => ms > 1.5 * usual) && is(pulse, (rate) => rate > 90),
      ],
      ['low_hrv_low_pulse', [rmssd, pulse], is(rmssd, (ms) => ms < 20) && is(pulse, (rate) => rate < 50)],
    ];
    return rules
      .filter(([, inputs, holds]) => holds && inputs.some((input) => input && brought.includes(input)))
      .map(([rule]) => rule);
  };
}

function signalOf(
  reading: SimulatedReading,
  { eventType, measuredAt, offsetMinutes }: SimulatedEvent,
): Signal {
  const at = reading.end ?? measuredAt;
  const byType = eventType === 'sleep' ? 'sleep' : eventType === 'workout' ? 'active' : 'unknown';
  return {
    ...reading,
    context: reading.context ?? byType,
    at,
    day: Math.floor((at + offsetMinutes * minuteMs) / dayMs),
  };
}

function sameLane(a: Signal, b: Signal): boolean {
  return a.metric === b.metric && a.context === b.context;
}

function isLate(signal: Signal, history: readonly Signal[]): boolean {
  return history.some((known) => sameLane(known, signal) && known.at > signal.at);
}

function freshFor({ metric, context }: Signal): number {
  if (metric === 'heart_rate' || metric === 'stress_level') return 10 * minuteMs;
  const daily = context === 'sleep' && metric === 'hrv_rmssd';
  return daily || /score/.test(metric) ? 24 * hourMs : hourMs;
}

/** Median of the days' medians over 28 days before; undefined with fewer than five. */
function baseline(
  history: readonly Signal[],
  { metric, statistic, context, day }: Signal,
): number | undefined {
  const days = new Map<number, number[]>();
  for (const signal of history) {
    if (signal.metric !== metric || signal.statistic !== statistic || signal.context !== context) continue;
    if (signal.day >= day || signal.day < day - 28) continue;
    days.set(signal.day, [...(days.get(signal.day) ?? []), signal.value]);
  }
  return days.size < 5 ? undefined : median([...days.values()].map(median));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN;
  return (lower + upper) / 2;
}
