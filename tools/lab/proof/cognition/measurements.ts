import { metrics, type Context, type MetricName, type Reading } from '@bridge/contracts';
import type { Random } from '../random.ts';

type Kind = 'pulse' | 'hrv' | 'stress' | 'recovery' | 'night' | 'oxygen';

/** How often each kind comes, of ten. */
const mix = [
  'pulse',
  'pulse',
  'pulse',
  'pulse',
  'hrv',
  'stress',
  'recovery',
  'night',
  'night',
  'oxygen',
] satisfies Kind[];

export type Measurement = {
  readonly kind: Kind;
  readonly eventType: string;
  readonly context: Context;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly readings: readonly Reading[];
};

const dayMs = 86_400_000;

/** Values around the person's own, one of twelve beyond a threshold; nights lie up to 13 days back and give baselines. */
export function measure(
  person: number,
  random: Random,
  now: number,
  kind: Kind = random.pick(mix),
): Measurement {
  const isAcute = random.next() < 1 / 12;
  const rmssd = 38 + (person % 37) + random.below(6);
  const pulse = 54 + (person % 15) + random.below(8);
  const made = (
    eventType: string,
    context: Context,
    at: number,
    values: Partial<Record<MetricName, number>>,
  ) => ({
    kind,
    eventType,
    context,
    at,
    readings: Object.entries(values).map(([metric, value]) => ({
      metric,
      value,
      context,
      unit: metrics[metric as MetricName].unit,
    })),
  });
  switch (kind) {
    case 'pulse':
      return made('heart_rate', 'rest', now, { heart_rate: isAcute ? 84 + random.below(50) : pulse });
    case 'hrv':
      return made('hrv', 'rest', now, { hrv_rmssd: isAcute ? 15 + random.below(14) : rmssd });
    case 'stress':
      return made('stress', 'rest', now, {
        stress_level: (isAcute ? 72 + random.below(25) : 20 + random.below(40)) / 100,
      });
    case 'recovery':
      return made('recovery', 'rest', now, {
        recovery_score: isAcute ? 20 + random.below(25) : 55 + random.below(40),
        readiness_score: isAcute ? 50 + random.below(20) : 75 + random.below(20),
      });
    case 'night':
      return made('sleep', 'sleep', now - 3_600_000 - random.below(14) * dayMs, {
        hrv_rmssd: isAcute ? Math.round(rmssd / 2) : rmssd,
        heart_rate: pulse - 6,
        resting_heart_rate: pulse - 8,
      });
    case 'oxygen':
      return made('spo2', 'rest', now, { spo2: isAcute ? 88 + random.below(5) : 95 + random.below(4) });
  }
}
