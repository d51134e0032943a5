import ucum from '@lhncbc/ucum-lhc';
import { expect, it } from 'vitest';
import { metrics, type Metric } from './metrics.ts';
import { normalizeReading } from './normalize-readings.ts';
import { unitNamed } from './unit-names.ts';

const arrivalMs = Date.parse('2026-07-06T12:00:00Z');
const taken = (metric: string, value: number, unit: string) =>
  normalizeReading({ path: metric, metric, value, unit }, arrivalMs, new Set());

it.each([
  ['weight', 11.5, 'st', 73.028_371_57],
  ['weight', 150, 'pounds', 68.038_855_5],
  ['weight', 150, 'LBS', 68.038_855_5],
  ['weight', 70, 'Kilograms', 70],
  ['lean_body_mass', 120, 'lb', 54.431_084_4],
  ['body_temperature', 98.6, 'ºF', 37],
  ['body_temperature', 98.6, '°f', 37],
  ['body_temperature', 98.6, '℉', 37],
  ['body_temperature', 98.6, '˚F', 37],
  ['body_temperature', 98.6, 'Fahrenheit', 37],
  ['body_temperature', 98.6, 'degrees Fahrenheit', 37],
  ['body_temperature', 36.9, '℃', 36.9],
  ['body_temperature', 36.9, 'º C', 36.9],
  ['body_temperature', 310.15, 'K', 37],
  ['vo2_max', 41, 'ml/(kg⋅min)', 41],
  ['vo2_max', 42, 'ml/(kg*min)', 42],
  ['vo2_max', 42, 'mL/min·kg', 42],
  ['vo2_max', 42, 'ml·kg⁻¹·min⁻¹', 42],
  ['vo2_max', 42, 'mL / kg / min', 42],
  ['resting_heart_rate', 61, 'BPM', 61],
  ['resting_heart_rate', 61, 'beats per minute', 61],
  ['resting_heart_rate', 61, 'Count/Min', 61],
  ['respiratory_rate', 14, 'breaths/minute', 14],
  ['sleep_duration', 7.5, 'Hours', 27_000],
  ['sleep_duration', 450, 'mins', 27_000],
  ['distance', 2, 'miles', 3_218.688],
  ['distance', 100, 'yd', 91.44],
  ['blood_glucose', 5, 'mmol<180.1558800000541>/L', 90.08],
  ['blood_glucose', 90, 'MG/DL', 90],
  ['blood_pressure_systolic', 120, 'mm Hg', 120],
  ['active_energy', 100, 'Cal', 100],
  ['spo2', 97, 'percent', 97],
  ['steps', 9, 'Steps', 9],
])('takes %s of %d %s', (metric, value, unit, expected) => {
  expect(taken(metric, value, unit)).toMatchObject({ value: expected });
});

it.each([
  ['active_energy', 100, 'cal'],
  ['distance', 3, 'M'],
  ['weight', 70, 'min'],
  ['heart_rate', 61, 'count'],
  ['body_temperature', 37, 'degrees'],
  ['weight', 70, '__proto__'],
  ['weight', 70, ''],
  ['weight', 70, 'constructor'],
])('refuses %s of %d %j, which is no unit of it or two', (metric, value, unit) => {
  expect(taken(metric, value, unit)).toMatchObject({ reason: 'unknown_unit' });
});

/** As the Unified Code writes what the dictionary spells more simply. */
const inUcum: Readonly<Record<string, string>> = {
  ...{ bpm: '/min', 'count/min': '/min', 'beats/min': '/min', 'breaths/min': '/min', steps: '{steps}' },
  ...{ C: 'Cel', '°C': 'Cel', degC: 'Cel', degF: '[degF]', '°F': '[degF]', count: '1', Cal: '[Cal]' },
  ...{ mi: '[mi_i]', lb: '[lb_av]', mmHg: 'mm[Hg]', 'ml/kg/min': 'mL/kg/min' },
};

it('converts as the Unified Code for Units of Measure does', () => {
  const utilities = ucum.UcumLhcUtils.getInstance();
  for (const [name, { unit, equivalents = {} }] of Object.entries<Metric>(metrics)) {
    // A difference of temperatures is one degree for one degree, which the code does not tell from an absolute one.
    if (name === 'skin_temp_deviation' || unit === '{score}') continue;
    for (const [other, { factor, offset = 0 }] of Object.entries(equivalents)) {
      // Of moles to grams it knows no substance.
      if (other === 'mmol/L') continue;
      const { toVal } = utilities.convertUnitTo(inUcum[other] ?? other, 10, unit, false);
      if (typeof toVal !== 'number') throw new Error(`${name}: no ${other} in ${unit}`);
      expect(10 * factor + offset, `${name}: ${other}`).toBeCloseTo(toVal, 2);
      expect(Math.abs((10 * factor + offset) / toVal - 1), `${name}: ${other}`).toBeLessThan(1e-3);
    }
  }
});

it('knows every unit that the dictionary converts', () => {
  for (const [name, { unit, equivalents = {} }] of Object.entries<Metric>(metrics)) {
    for (const other of [unit, ...Object.keys(equivalents)])
      expect([name, other, taken(name, 1, other)]).not.toMatchObject([
        name,
        other,
        { reason: 'unknown_unit' },
      ]);
  }
  expect(unitNamed('x'.repeat(10_000))).toBeUndefined();
});
