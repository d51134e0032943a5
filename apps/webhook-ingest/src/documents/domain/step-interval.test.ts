import { expect, it } from 'vitest';
import { stepSpansOf, withStepInterval } from './step-interval.ts';

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

const march = (clock: string, day = 1, device = 'watch', start?: string) => ({
  reading: steps(280, `2026-03-0${day}T${clock}+01:00`, start),
  device,
});

it.each([
  ['hours, one of them the first of a day', [march('00:00:00'), march('09:00:00')], 'hour'],
  ['hours, whatever their order', [march('09:00:00'), march('00:00:00'), march('23:00:00', 2)], 'hour'],
  ['days', [march('00:00:00'), march('00:00:00', 2)], 'day'],
  ['minutes', [march('00:00:00'), march('00:01:00'), march('01:00:00')], 'minutes'],
  ['minutes, the first of them not that of an hour', [march('00:01:00'), march('02:00:00')], 'minutes'],
  ['one time, also if it comes twice', [march('00:00:00'), march('00:00:00')], undefined],
  ['another device', [march('00:00:00'), march('09:00:00', 1, 'phone')], undefined],
  ['intervals', [march('00:00:00'), march('09:10:00', 1, 'watch', '2026-03-01T09:00:00+01:00')], undefined],
])('a device says by its points that they are %s', (_, points, span) => {
  expect(stepSpansOf(points).get('watch')).toBe(span);
});

it('is as long as the points that came with it say, however many steps it has', () => {
  const lengthOf = (value: number, span: 'minutes' | 'hour' | 'day') => {
    const { start = '', end = '' } = withStepInterval(
      steps(value, '2026-07-06T00:00:00+02:00'),
      arrivalMs,
      span,
    );
    return (Date.parse(end) - Date.parse(start)) / 60_000;
  };
  expect(lengthOf(1_500, 'hour')).toBe(60);
  expect(lengthOf(120, 'hour')).toBe(60);
  expect(lengthOf(120, 'day')).toBe(1_440);
  expect(lengthOf(700, 'minutes')).toBe(3);
  expect(lengthOf(0, 'minutes')).toBe(1);
});
