import { describe, expect, it } from 'vitest';
import { normalizeReadings } from './normalize-readings.ts';

const arrivalMs = Date.parse('2026-11-20T12:30:00Z');

function one(metric: string, value: number, more: object = {}) {
  return normalizeReadings([{ path: metric, metric, value, ...more }], arrivalMs);
}

describe('normalizeReadings', () => {
  it.each([
    ['hrv', 45, {}, 'hrv_rmssd', 45, 'ms', []],
    ['hrv', 0.045, { unit: 's' }, 'hrv_rmssd', 45, 'ms', ['unit_converted']],
    ['hrv', 0.0612, { unit: 'ms' }, 'hrv_rmssd', 61.2, 'ms', ['seconds_as_ms']],
    ['hrv_sdnn', 0.0684, {}, 'hrv_sdnn', 68.4, 'ms', ['seconds_as_ms']],
    ['spo2', 0.972, { unit: '%' }, 'spo2', 97.2, '%', ['fraction_as_percent']],
    ['spo2', 1, {}, 'spo2', 100, '%', ['fraction_as_percent']],
    ['spo2', 0.972, { unit: '1' }, 'spo2', 97.2, '%', ['unit_converted']],
    ['heart_rate', 72, { unit: 'bpm' }, 'heart_rate', 72, '/min', []],
    ['body_temperature', 98.6, { unit: '[degF]' }, 'body_temperature', 37, 'Cel', ['unit_converted']],
    ['skin_temp_deviation', 0.9, { unit: '[degF]' }, 'skin_temp_deviation', 0.5, 'K', ['unit_converted']],
    ['skin_temp_deviation', 0.3, { unit: 'Cel' }, 'skin_temp_deviation', 0.3, 'K', []],
    ['active_energy', 418.4, { unit: 'kJ' }, 'active_energy', 100, 'kcal', ['unit_converted']],
    ['sleep_duration', 7.5, { unit: 'h' }, 'sleep_duration', 27_000, 's', ['unit_converted']],
    ['stress_level', 70, { unit: '%' }, 'stress_level', 0.7, '1', ['unit_converted']],
  ])('%s %d %o is %s %d %s %o', (given, value, more, metric, normal, unit, flags) => {
    const result = one(given, value, more);
    expect(result).toMatchObject({ kind: 'ok', readings: [{ metric, value: normal, unit }] });
    expect(result.kind === 'ok' && [...result.flags]).toEqual(flags);
  });

  it.each([
    ['heart_rate', 24.9, {}, 'implausible_value'],
    ['heart_rate', 250.1, {}, 'implausible_value'],
    ['hrv', 0.5, {}, 'implausible_value'],
    ['hrv', 301, {}, 'implausible_value'],
    ['hrv', Number.NaN, {}, 'implausible_value'],
    ['hrv', Number.POSITIVE_INFINITY, {}, 'implausible_value'],
    ['spo2', 49, {}, 'implausible_value'],
    ['stress_level', 1.01, {}, 'implausible_value'],
    ['heart_rate', 72, { unit: 'ms' }, 'unknown_unit'],
    ['heart_rate', 72, { unit: 'constructor' }, 'unknown_unit'],
    ['body_temperature', 37, { unit: 'furlong' }, 'unknown_unit'],
    ['heart_rate', 72, { end: 'noon' }, 'invalid_event'],
    ['heart_rate', 72, { end: '2026-11-20T12:35:00.001Z' }, 'future_timestamp'],
    ['heart_rate', 72, { start: '2026-11-20T12:00:00Z', end: '2026-11-20T11:59:59Z' }, 'invalid_event'],
  ])('refuses %s %d %o as %s, without the value', (metric, value, more, reason) => {
    const result = one(metric, value, more);
    expect(result).toMatchObject({ kind: 'deadLetter', reason, problems: [{ path: metric }] });
    expect(JSON.stringify(result)).not.toContain(`"${String(value)}"`);
  });

  it('keeps an interval, and flags one without an offset', () => {
    const interval = { start: '2026-11-20T12:00:00Z', end: '2026-11-20T13:10:00+01:00' };
    expect(one('heart_rate', 72, interval)).toMatchObject({ readings: [interval] });
    const local = one('heart_rate', 72, { start: '2026-11-20T12:20:00', end: '2026-11-20T13:20:00' });
    expect(local).toEqual({
      kind: 'ok',
      readings: [
        {
          metric: 'heart_rate',
          value: 72,
          unit: '/min',
          start: '2026-11-20T12:20:00Z',
          end: '2026-11-20T13:20:00Z',
        },
      ],
      flags: new Set(['no_offset']),
    });
  });

  it('leaves out metrics that it does not know, and says so', () => {
    const result = normalizeReadings(
      [
        { path: 'a', metric: 'body_battery', value: 50 },
        { path: 'b', metric: 'hrv', value: 45 },
      ],
      arrivalMs,
    );
    expect(result.kind === 'ok' && [result.readings.length, ...result.flags]).toEqual([1, 'unknown_metric']);
  });

  it('takes a thousand readings and no more', () => {
    const reading = { path: 'a', metric: 'heart_rate', value: 72 };
    expect(
      normalizeReadings(
        Array.from({ length: 1000 }, () => reading),
        arrivalMs,
      ).kind,
    ).toBe('ok');
    expect(
      normalizeReadings(
        Array.from({ length: 1001 }, () => reading),
        arrivalMs,
      ),
    ).toMatchObject({
      reason: 'too_many_readings',
    });
  });
});
