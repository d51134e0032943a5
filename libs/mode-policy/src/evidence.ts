import { metrics, utc, type Context, type Evidence } from '@bridge/contracts';
import type { Input } from './rule.ts';
import type { SeenMetric } from './slots.ts';
import type { Usual } from './usual.ts';
import type { View } from './view.ts';

/** A signal that a decision rests on, with what explains it, rounded for people. */
export type EvidenceReading = {
  readonly metric: SeenMetric;
  readonly value: number;
  readonly unit: string;
  readonly at: string;
  readonly context: Context;
  readonly source: string;
  readonly device?: string;
  readonly threshold?: number;
  readonly usual?: number;
  readonly spread?: number;
  readonly days?: number;
  /** The vendor's own word for the value. */
  readonly band?: string;
  /** Calculated here because no device reported it; no rule sees it. */
  readonly isDerived?: true;
};

/** Each input once, and a derived stress level where no device reports one. */
export function evidenceOf(inputs: readonly Input[], view: View): EvidenceReading[] {
  const readings = new Map<string, EvidenceReading>();
  for (const input of inputs) {
    const { metric, device, at, value } = input.seen;
    readings.set(`${metric}/${device}/${at}/${value}`, readingOf(input, view));
  }
  const derived = derivedStress(inputs);
  return derived === undefined ? [...readings.values()] : [...readings.values(), derived];
}

function readingOf({ seen, threshold, usual }: Input, view: View): EvidenceReading {
  const { metric, value, at, context } = seen;
  const { sources, devices } = view.draft;
  const source = sources[seen.source] as string;
  const device = devices[seen.device]?.[1];
  const band = bandOf(view, source, metric, value);
  return {
    metric,
    value: rounded(value, metric),
    unit: metrics[metric].unit,
    at: utc(at),
    context,
    source,
    ...(device !== undefined && device !== '' && { device }),
    ...(threshold !== undefined && { threshold: rounded(threshold, metric) }),
    ...(usual !== undefined && usualFigures(usual, metric)),
    ...(band !== undefined && { band }),
  };
}

/** The vendor's own word for a score. */
export function bandOf(
  { policy }: Pick<View, 'policy'>,
  source: string,
  metric: SeenMetric,
  value: number,
): string | undefined {
  return policy.thresholds.vendor_bands[source]?.[metric]?.find(({ to }) => value <= to)?.band;
}

/** A usual as people say it. Of RMSSD in ms; its spread is one of the logarithm. */
export function usualFigures({ centre, spread, days }: Usual, metric: SeenMetric) {
  const isLog = metric === 'hrv_rmssd';
  return {
    usual: rounded(isLog ? Math.exp(centre) : centre, metric),
    spread: Math.round(spread * 100) / 100,
    days,
  };
}

const decimals: Partial<Record<SeenMetric, number>> = {
  stress_level: 3,
  body_temperature: 1,
  skin_temp: 1,
  skin_temp_deviation: 1,
  respiratory_rate: 1,
  spo2: 1,
};

/** As people say it: a pulse of 72, a temperature of 38.4. */
export function rounded(value: number, metric: SeenMetric): number {
  const factor = 10 ** (decimals[metric] ?? 0);
  return Math.round(value * factor) / factor;
}

/** The evidence in the form of alert signals. The source of a derived value is `derived`. */
export function alertReadings(evidence: readonly EvidenceReading[]): Evidence['readings'] {
  return evidence.map((reading) => {
    const { metric, value, unit, at, context, source, device, threshold, usual, spread, days } = reading;
    return {
      metric,
      value,
      unit,
      at,
      context,
      source: reading.isDerived ? 'derived' : source,
      ...(device !== undefined && { device }),
      ...(threshold !== undefined && { threshold }),
      ...(usual !== undefined && { usual }),
      ...(spread !== undefined && { spread }),
      ...(days !== undefined && { days }),
    };
  });
}

/**
 * Stress from the RMSSD against its usual, 0 to 1: 0.5 at the usual, 1 without any variability, 0 from twice the usual.
 * undefined when a device reports a stress level or there is no usual.
 */
function derivedStress(inputs: readonly Input[]): EvidenceReading | undefined {
  if (inputs.some(({ seen }) => seen.metric === 'stress_level')) return undefined;
  const rmssd = inputs.find(({ seen, usual }) => seen.metric === 'hrv_rmssd' && usual !== undefined);
  if (rmssd?.usual === undefined) return undefined;
  const level = Math.min(1, Math.max(0, 1 - rmssd.seen.value / (2 * Math.exp(rmssd.usual.centre))));
  return {
    metric: 'stress_level',
    value: Math.round(level * 100) / 100,
    unit: '1',
    at: utc(rmssd.seen.at),
    context: rmssd.seen.context,
    source: 'derived',
    isDerived: true,
  };
}
