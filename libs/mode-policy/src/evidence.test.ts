import { describe, expect, it } from 'vitest';
import { createPerson, minute } from '../test/policy-story.ts';

const asleep = { context: 'sleep', statistic: 'average' } as const;

describe('evidence', () => {
  it('names the signals that decided, with the person’s own baseline', () => {
    const anna = createPerson().lived(6, { hrv_rmssd: 60 }, asleep).tells({ hrv_rmssd: 30 }, asleep);
    expect(anna.last.evidence[0]).toEqual({
      ...{ metric: 'hrv_rmssd', value: 30, unit: 'ms', at: '2026-11-20T12:00:00.000Z', context: 'sleep' },
      ...{ statistic: 'average', source: 'oura', baseline: { centre: 60, spread: 0, days: 6 } },
    });
  });

  it('says when there is no baseline yet', () => {
    const anna = createPerson().tells({ hrv_rmssd: 20, readiness_score: 40 });
    expect(anna.last.evidence).toMatchObject([
      { metric: 'hrv_rmssd', baseline: null },
      { metric: 'readiness_score' },
    ]);
    expect(anna.last.evidence[1]).not.toHaveProperty('baseline');
  });

  it('carries the vendor’s own word for its score', () => {
    const band = (source: string, values: Record<string, number>) =>
      createPerson()
        .tells({ hrv_rmssd: 20, ...values }, { source })
        .last.evidence.at(-1)?.band;
    expect(band('oura', { readiness_score: 69 })).toBe('pay_attention');
    expect(band('oura', { readiness_score: 69.5 })).toBe('good');
    expect(band('whoop', { recovery_score: 33 })).toBe('red');
    expect(band('whoop', { recovery_score: 34 })).toBe('yellow');
    expect(band('partner', { readiness_score: 40 })).toBeUndefined();
  });

  it('shows a derived stress, marked, where no device gives one; it fires nothing', () => {
    const anna = createPerson().lived(6, { hrv_rmssd: 60 }).tells({ hrv_rmssd: 12 });
    expect(anna.last.evidence.at(-1)).toMatchObject({ metric: 'stress_level', value: 0.9, isDerived: true });
    expect(anna.last.alertSignals[0]?.evidence.readings.at(-1)).toMatchObject({
      metric: 'stress_level',
      source: 'derived',
    });
    expect(anna.last.rulesFired).toEqual(['rmssd_drop']);
    expect(
      anna
        .later(minute)
        .tells({ hrv_rmssd: 12, stress_level: 0.3 })
        .last.evidence.some(({ isDerived }) => isDerived),
    ).toBe(false);
  });

  it('is empty while nothing fires and nothing switches', () => {
    expect(createPerson().tells({ heart_rate: 60 }).tells({ heart_rate: 61 }).last.evidence).toEqual([]);
  });

  it('names a signal once, and a source as one of several when there are more than a person wears', () => {
    const anna = createPerson();
    for (const source of ['s1', 's2', 's3', 's4']) anna.tells({ [metricOf[source] ?? '']: 80 }, { source });
    const last = anna
      .tells({ hrv_rmssd: 20 }, { source: 's5' })
      .tells({ readiness_score: 40 }, { source: 's1' }).last;
    expect(last.evidence.map(({ metric, source }) => [metric, source])).toEqual([
      ['hrv_rmssd', 'several'],
      ['readiness_score', 's1'],
    ]);
  });

  it('gives the place of a source that is not referred to any more to a new one', () => {
    const anna = createPerson();
    for (const source of ['s1', 's2', 's3', 's4', 's5'])
      anna.later(1).tells({ recovery_score: 30 }, { source });
    expect(anna.last.evidence.map(({ source }) => source)).toEqual(['s5']);
    expect(anna.state.sources).toHaveLength(3);
  });
});

const metricOf: Readonly<Record<string, string>> = {
  s1: 'heart_rate',
  s2: 'spo2',
  s3: 'sleep_score',
  s4: 'resting_heart_rate',
};
