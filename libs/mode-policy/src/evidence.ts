import { metrics, utc, type Context, type Evidence } from '@bridge/contracts';
import type { PolicyValues } from './policy-values.ts';
import type { Judgement } from './rule.ts';
import type { SeenStatistic } from './signals.ts';
import type { SeenMetric } from './slots.ts';
import type { VisibleSignal, View } from './view.ts';

/** A signal that a decision rests on, with what explains it. */
export type EvidenceReading = {
  readonly metric: SeenMetric;
  readonly value: number;
  readonly unit: string;
  readonly at: string;
  readonly context: Context;
  readonly statistic: SeenStatistic;
  readonly source: string;
  /** The person's own; null: too few days. Absent for metrics that have none. */
  readonly baseline?: { readonly centre: number; readonly spread: number; readonly days: number } | null;
  /** The vendor's own word for the value. */
  readonly band?: string;
  /** Calculated here because no device reported it; no rule sees it. */
  readonly isDerived?: true;
};

export function evidenceOf(seen: VisibleSignal, view: View): EvidenceReading {
  const { metric, value, at, context, statistic, source } = seen;
  const band = vendorBand(seen, view.policy);
  const { unit } = metrics[metric];
  return {
    metric,
    value,
    unit,
    at: utc(at),
    context,
    statistic,
    source,
    ...((metric === 'hrv_rmssd' || metric === 'resting_heart_rate') && {
      baseline: view.baselineOf(seen) ?? null,
    }),
    ...(band !== undefined && { band }),
  };
}

/** The inputs of the rules, each once, and a derived stress level where no device reports one. */
export function evidenceFor(judgements: readonly Judgement[], view: View): EvidenceReading[] {
  const seen = new Map<string, VisibleSignal>();
  for (const { verdict } of judgements) {
    for (const input of verdict.inputs) seen.set(`${input.metric}/${input.source}/${input.at}`, input);
  }
  const readings = [...seen.values()].map((input) => evidenceOf(input, view));
  const derived = readings.length === 0 ? undefined : derivedStress(view);
  return derived === undefined ? readings : [...readings, derived];
}

/** The evidence in the form of alert signals. The source of a derived value is `derived`. */
export function alertReadings(evidence: readonly EvidenceReading[]): Evidence['readings'] {
  return evidence.map(({ metric, value, unit, at, context, source, isDerived }) => ({
    metric,
    value,
    unit,
    at,
    context,
    source: isDerived ? 'derived' : source,
  }));
}

/** A vendor's word for its own score. It explains a decision and fires nothing. */
function vendorBand(
  { source, metric, value }: VisibleSignal,
  { thresholds }: PolicyValues,
): string | undefined {
  return thresholds.vendor_bands[source]?.[metric]?.find(({ to }) => value <= to)?.band;
}

/**
 * Stress from the newest RMSSD against its baseline, 0 to 1: 0.5 at the baseline, 1 without any variability, 0 from
 * twice the baseline. undefined when a device reports a stress level or there is no baseline.
 */
function derivedStress(view: View): EvidenceReading | undefined {
  const rmssd = view.see('stress_level') === undefined ? view.see('hrv_rmssd') : undefined;
  const baseline = rmssd === undefined ? undefined : view.baselineOf(rmssd);
  if (rmssd === undefined || baseline === undefined) return undefined;
  const level = Math.min(1, Math.max(0, 1 - rmssd.value / (2 * baseline.centre)));
  return {
    metric: 'stress_level',
    value: Math.round(level * 100) / 100,
    unit: '1',
    at: utc(rmssd.at),
    context: rmssd.context,
    statistic: rmssd.statistic,
    source: rmssd.source,
    isDerived: true,
  };
}
