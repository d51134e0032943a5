import { describe, expect, it } from 'vitest';
import { metricField } from './fields.ts';
import { metricName, metricNamed, metrics, type Metric } from './metrics.ts';

const entries: [string, Metric][] = Object.entries(metrics);

describe('the metric dictionary', () => {
  it.each(entries)('%s is well-formed', (name, metric) => {
    expect(metricField.safeParse(name).success).toBe(true);
    expect(metric.min).toBeLessThan(metric.max);
    expect(metric.unit.length).toBeLessThanOrEqual(32);
    expect(metric.meaning).not.toBe('');
    expect(metric.loinc ?? '1-1').toMatch(/^\d+-\d$/);
    expect(Object.keys(metric.equivalents ?? {})).not.toContain(metric.unit);
  });

  it('gives each name and LOINC code to one metric', () => {
    const names = entries.flatMap(([name, { aliases = [] }]) => [name, ...aliases]);
    const codes = entries.flatMap(([, { loinc }]) => loinc ?? []);
    expect(new Set(names).size).toBe(names.length);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it.each([
    ['hrv', 'hrv_rmssd'],
    ['readiness', 'readiness_score'],
    ['recovery', 'recovery_score'],
    ['hrv_sdnn', 'hrv_sdnn'],
    ['hrv_typo', undefined],
    ['__proto__', undefined],
    ['constructor', undefined],
  ])('knows %s as %s', (given, name) => {
    expect(metricName(given)).toBe(name);
  });

  it('keeps the two statistics of HRV and the two kinds of temperature apart', () => {
    expect(metricNamed('hrv_rmssd')?.loinc).toBeUndefined();
    expect(metricNamed('hrv_sdnn')?.loinc).toBe('80404-7');
    expect(metricNamed('skin_temp')?.unit).toBe('Cel');
    expect(metricNamed('skin_temp_deviation')?.unit).toBe('K');
    expect(metricNamed('body_temperature')?.loinc).not.toBe(metricNamed('skin_temp')?.loinc);
  });

  it('treats every vendor score as opaque', () => {
    for (const [name, metric] of entries) {
      expect(metric.opaque === true).toBe(/_score$|^strain$|^sleep_performance$/.test(name));
    }
  });
});
