import { describe, expect, it } from 'vitest';
import { eventOf, noon, rules } from '../test/policy-story.ts';
import { seriesOf } from './baseline-series.ts';
import { seriesBit, metricBit, metricBitsOf } from './metric-bits.ts';
import { seenMetrics } from './slots.ts';
import { signalsOf } from './signals.ts';

describe('metric bits', () => {
  it('are one per metric that rules see', () => {
    expect(new Set(seenMetrics.map(metricBit)).size).toBe(seenMetrics.length);
    expect(metricBitsOf(eventOf(noon, { spo2: 97, hrv_rmssd: 40, steps: 5 }))).toBe(
      metricBit('spo2') | metricBit('hrv_rmssd'),
    );
  });

  it('distinguish a pulse asleep, which has a baseline, from one awake', () => {
    const [awake, asleep, night] = [
      eventOf(noon, { heart_rate: 60 }, { context: 'rest' }),
      eventOf(noon, { heart_rate: 50 }, { context: 'sleep' }),
      eventOf(noon, { heart_rate: 50 }, { type: 'sleep' }),
    ].map(metricBitsOf);
    expect(awake).toBe(metricBit('heart_rate'));
    expect(asleep).toBe(night);
    const series = seriesOf({ metric: 'heart_rate', context: 'sleep', statistic: 'sample' }) ?? -1;
    expect((asleep ?? 0) & seriesBit(series)).not.toBe(0);
    expect((awake ?? 0) & seriesBit(series)).toBe(0);
  });

  it('are 0 for a series to which nothing contributes', () => {
    expect(seriesBit(10_000)).toBe(0);
  });

  it('never omit a series to which the event contributes', () => {
    for (const metric of seenMetrics) {
      for (const context of ['sleep', 'rest', 'active', 'unknown'] as const) {
        const event = eventOf(noon, { [metric]: 50 }, { context });
        for (const signal of signalsOf(event, rules).all) {
          const series = seriesOf(signal);
          if (series !== undefined) expect(metricBitsOf(event) & seriesBit(series)).not.toBe(0);
        }
      }
    }
  });
});
