import { expect, it } from 'vitest';
import { classifyPoint } from '../../documents/domain/classify-point.ts';
import { parseRecord } from './parse-record.ts';

const arrivalMs = Date.parse('2026-07-07T00:00:00Z');
const times = { startDate: '2026-07-06 14:00:00 +0200', endDate: '2026-07-06 14:25:00 +0200' };

function record(attributes: Readonly<Record<string, string>>) {
  return parseRecord({ kind: 'record', tag: 'Record', attributes, children: [] }, () => undefined);
}

function workout(attributes: Readonly<Record<string, string>>) {
  const children = [{ tag: 'WorkoutStatistics', attributes: { type: distance, sum: '5', unit: 'km' } }];
  const all = { workoutActivityType: 'HKWorkoutActivityTypeRunning', ...attributes };
  return parseRecord({ kind: 'record', tag: 'Workout', attributes: all, children }, () => undefined);
}

const distance = 'HKQuantityTypeIdentifierDistanceWalkingRunning';

it.each([
  ['HeartRate', 'count/min', '61', ['heart_rate', 61, '/min']],
  ['HeartRateVariabilitySDNN', 'ms', '41.5', ['hrv_sdnn', 41.5, 'ms']],
  ['HeartRateVariabilityRMSSD', 'ms', '41.2', ['hrv_rmssd', 41.2, 'ms']],
  ['LeanBodyMass', 'kg', '54.4', ['lean_body_mass', 54.4, 'kg']],
  ['BodyMass', 'st', '11.5', ['weight', 73.02837157, 'kg']],
  ['OxygenSaturation', '%', '0.97', ['spo2', 97, '%']],
  ['BodyFatPercentage', '%', '0.196', ['body_fat', 19.6, '%']],
  ['StepCount', 'count', '12.4', ['steps', 12.4, '{steps}']],
  ['ActiveEnergyBurned', 'Cal', '3.5', ['active_energy', 3.5, 'kcal']],
])('reads a record of %s in %s', (name, unit, value, expected) => {
  const parsed = record({ type: `HKQuantityTypeIdentifier${name}`, unit, value, ...times });
  const [point] = parsed.kind === 'points' ? parsed.points : [];
  if (point === undefined) throw new Error('no point');
  const verdict = classifyPoint(point, arrivalMs);
  if (verdict.kind !== 'point') throw new Error(verdict.kind);
  const { metric, value: number, unit: canonical } = verdict.point.reading;
  expect([metric, Number(number.toFixed(8)), canonical]).toEqual(expected);
});

it.each([
  ['without a number', { value: 'many' }],
  ['without its end', { endDate: 'soon' }],
])('sets aside a record %s', (_, odd) => {
  const type = 'HKQuantityTypeIdentifierHeartRate';
  expect(record({ type, unit: 'count/min', value: '61', ...times, ...odd })).toMatchObject({
    normalized: { kind: 'quarantined' },
  });
});

it.each([
  ['as Apple writes it', { ...times, duration: '25', durationUnit: 'min' }],
  ['without its duration', times],
  ['without its end', { startDate: times.startDate, duration: '25', durationUnit: 'min' }],
  ['without its start', { endDate: times.endDate, duration: '1500', durationUnit: 's' }],
  ['that ends where it starts', { ...times, endDate: times.startDate, duration: '25' }],
])('gives the duration of a workout %s', (_, attributes) => {
  const parsed = workout(attributes);
  if (parsed.kind !== 'object' || parsed.normalized.kind !== 'object') throw new Error('no workout');
  const [duration, way] = parsed.normalized.object.readings;
  expect(duration).toMatchObject({ metric: 'workout_duration', value: 1_500, unit: 's' });
  expect([duration?.start, duration?.end].map((time) => Date.parse(String(time)))).toEqual([
    Date.parse('2026-07-06T12:00:00Z'),
    Date.parse('2026-07-06T12:25:00Z'),
  ]);
  expect(way).toMatchObject({ metric: 'distance', value: 5, unit: 'km' });
});

it('sets aside a workout without any time', () => {
  expect(workout({ duration: '25' })).toMatchObject({ normalized: { kind: 'quarantined' } });
});

it('keeps the readings of a workout whose duration nobody understands', () => {
  const parsed = workout({ startDate: times.startDate, duration: '25', durationUnit: 'moments' });
  expect(parsed).toMatchObject({ normalized: { object: { readings: [{ metric: 'distance' }] } } });
});
