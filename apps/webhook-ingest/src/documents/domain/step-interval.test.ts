import { expect, it } from 'vitest';
import { withStepInterval } from './step-interval.ts';

const arrivalMs = Date.parse('2026-07-08T06:00:00Z');
const steps = (value: number, end: string, start?: string) =>
  ({
    metric: 'steps',
    value,
    unit: '{steps}',
    statistic: 'sum',
    end,
    ...(start !== undefined && { start }),
  }) as const;

it.each([
  ['a minute', 112, '2026-07-06T14:30:00+02:00', '2026-07-06T14:31:00.000+02:00'],
  ['the minute that an hour begins with', 300, '2026-07-06T14:00:00+02:00', '2026-07-06T14:01:00.000+02:00'],
  ['an hour', 301, '2026-07-06T14:00:00+02:00', '2026-07-06T15:00:00.000+02:00'],
  ['a day', 9_312, '2026-07-06T00:00:00+02:00', '2026-07-07T00:00:00.000+02:00'],
  ['a walk of at least three minutes', 700, '2026-07-06T14:07:12+02:00', '2026-07-06T14:10:12.000+02:00'],
  ['a minute in UTC', 100, '2026-07-06T14:30:00Z', '2026-07-06T14:31:00.000Z'],
])('%s is an interval from its time on', (_, value, begins, ends) => {
  expect(withStepInterval(steps(value, begins), arrivalMs)).toEqual({
    ...steps(value, ends),
    start: begins,
  });
});

it('of a day or an hour that is not over ends when it arrived', () => {
  expect(withStepInterval(steps(4_000, '2026-07-08T00:00:00+02:00'), arrivalMs).end).toBe(
    '2026-07-08T08:00:00.000+02:00',
  );
  expect(withStepInterval(steps(900, '2026-07-08T08:00:00+02:00'), arrivalMs - 1_000).end).toBe(
    '2026-07-08T08:00:00.000+02:00',
  );
});

it('stays as it was measured if it has an interval, and so does what is no count of steps', () => {
  const walk = steps(700, '2026-07-06T14:10:00+02:00', '2026-07-06T14:00:00+02:00');
  expect(withStepInterval(walk, arrivalMs)).toBe(walk);
  const pulse = { metric: 'heart_rate', value: 61, unit: '/min', end: '2026-07-06T14:10:00+02:00' };
  expect(withStepInterval(pulse, arrivalMs)).toBe(pulse);
});
