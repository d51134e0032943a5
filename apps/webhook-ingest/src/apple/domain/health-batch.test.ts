import { expect, it } from 'vitest';
import { createHealthBatches } from './health-batch.ts';

const date = '2026-07-01 12:00:00 +0000';
/** An element of as many values and two. */
const large = (values: number) => ({ voltages: Array.from({ length: values }, () => 0) });
const stage = (day: number, hour: number, more: object = {}) => ({
  ...{ value: 'REM', startDate: `2026-07-0${day} 0${hour}:00:00 +0000` },
  ...{ endDate: `2026-07-0${day} 0${hour + 1}:00:00 +0000`, ...more },
});
const sleep = (...raw: readonly object[]) =>
  ({ kind: 'points', name: 'sleep_analysis', units: 'hr', raw }) as const;

it('counts elements that nobody knows under their names, whatever these are', () => {
  const batches = createHealthBatches(() => undefined);
  const names = ['constructor', '__proto__', 'ecg', 'ecg', 'Ada’s own'];
  for (const collection of names) batches.add({ kind: 'element', collection, raw: {} });
  expect(Object.entries(batches.counts().unknown)).toEqual([
    ['constructor', 1],
    ['__proto__', 1],
    ['ecg', 2],
    ['(name)', 1],
  ]);
});

it.each([
  ['nobody knows', 3, { kind: 'element', collection: 'ecg', raw: large(100_000) }],
  ['are workouts', 1, { kind: 'element', collection: 'workouts', raw: large(100_000) }],
  ['are stages', 3, sleep(stage(1, 1, large(100_000)))],
  [
    'are points',
    1,
    { kind: 'points', name: 'step_count', units: 'count', raw: [{ ...large(100_000), qty: 1, date }] },
  ],
] as const)('gives back at once what is large, of elements that %s', (_, count, item) => {
  const batches = createHealthBatches(() => undefined);
  for (let nr = 1; nr <= count; nr += 1) {
    batches.add(item);
    expect(batches.isFull()).toBe(nr === count);
  }
  expect(JSON.stringify(batches.take()).length).toBeGreaterThan(200_000 * count);
  expect(batches.isFull()).toBe(false);
  expect(batches.takeRest()).toEqual({ points: [], objects: [] });
});

it('takes fewer points at a time where each has much beside its value', () => {
  const full = (more: object) => {
    const batches = createHealthBatches(() => undefined);
    for (let count = 1; ; count += 1) {
      batches.add({ kind: 'points', name: 'step_count', units: 'count', raw: [{ qty: 1, date, ...more }] });
      if (batches.isFull()) return count;
    }
  };
  expect(full({ source: 'Watch' })).toBe(1_000);
  expect(full(large(96))).toBe(100);
});

it('goes on with a night and with what nobody knows when a batch is full of points', () => {
  const batches = createHealthBatches(() => undefined);
  const points = Array.from({ length: 1_000 }, (_, qty) => ({ qty, date }));
  for (let nr = 0; nr < 100; nr += 1) {
    batches.add({ kind: 'element', collection: 'ecg', raw: {} });
    batches.add(sleep(stage(1, 1)));
    batches.add({ kind: 'points', name: 'step_count', units: 'count', raw: points });
    expect([batches.isFull(), batches.take().objects]).toEqual([true, []]);
  }
  expect(batches.takeRest().objects).toMatchObject([{ raw: { length: 100 } }, { raw: { name: 'ecg' } }]);
});

it('leaves out a night that is open where a body breaks off', () => {
  const batches = createHealthBatches(() => undefined);
  batches.add(sleep(stage(1, 1), stage(1, 2), stage(2, 1), stage(2, 2), stage(2, 3)));
  batches.add({ kind: 'element', collection: 'ecg', raw: {} });
  expect(batches.takeFinished().objects).toMatchObject([
    { raw: [stage(1, 1), stage(1, 2)] },
    { raw: { name: 'ecg' } },
  ]);
  expect(batches.counts().received).toBe(3);
});
