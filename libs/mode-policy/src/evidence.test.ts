import { describe, expect, it } from 'vitest';
import { createPerson, minute } from '../test/policy-story.ts';

const asleep = { context: 'sleep', statistic: 'average' } as const;

describe('evidence', () => {
  it('names the deciding signals with the baseline of the person', () => {
    const anna = createPerson().lived(6, { hrv_rmssd: 60 }, asleep).reports({ hrv_rmssd: 30 }, asleep);
    expect(anna.last.evidence[0]).toEqual({
      metric: 'hrv_rmssd',
      value: 30,
      unit: 'ms',
      at: '2026-11-20T12:00:00.000Z',
      context: 'sleep',
      statistic: 'average',
      source: 'oura',
      baseline: { centre: 60, spread: 0, days: 6 },
    });
  });

  it('says when there is no baseline yet', () => {
    const anna = createPerson().reports({ hrv_rmssd: 20, readiness_score: 40 });
    expect(anna.last.evidence).toMatchObject([
      { metric: 'hrv_rmssd', baseline: null },
      { metric: 'readiness_score' },
    ]);
    expect(anna.last.evidence[1]).not.toHaveProperty('baseline');
  });

  it('contains the word of the vendor for its score', () => {
    const band = (source: string, values: Record<string, number>) =>
      createPerson()
        .reports({ hrv_rmssd: 20, ...values }, { source })
        .last.evidence.at(-1)?.band;
    expect(band('oura', { readiness_score: 69 })).toBe('pay_attention');
    expect(band('oura', { readiness_score: 69.5 })).toBe('good');
    expect(band('whoop', { recovery_score: 33 })).toBe('red');
    expect(band('whoop', { recovery_score: 34 })).toBe('yellow');
    expect(band('partner', { readiness_score: 40 })).toBeUndefined();
  });

  it('contains a stress level marked as derived where no device reports one; it fires nothing', () => {
    const anna = createPerson().lived(6, { hrv_rmssd: 60 }).reports({ hrv_rmssd: 12 });
    expect(anna.last.evidence.at(-1)).toMatchObject({ metric: 'stress_level', value: 0.9, isDerived: true });
    expect(anna.last.alertSignals[0]?.evidence.readings.at(-1)).toMatchObject({
      metric: 'stress_level',
      source: 'derived',
    });
    expect(anna.last.rulesFired).toEqual(['rmssd_drop']);
    expect(
      anna
        .later(minute)
        .reports({ hrv_rmssd: 12, stress_level: 0.3 })
        .last.evidence.some(({ isDerived }) => isDerived),
    ).toBe(false);
  });

  it('is empty while nothing fires and nothing switches', () => {
    expect(createPerson().reports({ heart_rate: 60 }).reports({ heart_rate: 61 }).last.evidence).toEqual([]);
  });

  it('names a signal once, and the source as several when there are more devices than a person wears', () => {
    const anna = createPerson();
    for (const source of ['s1', 's2', 's3', 's4']) anna.reports({ [metricOf[source] ?? '']: 80 }, { source });
    const last = anna
      .reports({ hrv_rmssd: 20 }, { source: 's5' })
      .reports({ readiness_score: 40 }, { source: 's1' }).last;
    expect(last.evidence.map(({ metric, source }) => [metric, source])).toEqual([
      ['hrv_rmssd', 'several'],
      ['readiness_score', 's1'],
    ]);
  });

  it('reuses the index of a source that nothing refers to any more', () => {
    const anna = createPerson();
    for (const source of ['s1', 's2', 's3', 's4', 's5'])
      anna.later(1).reports({ recovery_score: 30 }, { source });
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
