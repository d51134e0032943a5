import { expect, it } from 'vitest';
import { aggregatedNight } from './night-totals.ts';
import { nightsOf, stageSpan } from './sleep-stages.ts';

const nameDevice = (source: unknown) => (typeof source === 'string' ? source : undefined);

function identityOf(sleepStart: string, sleepEnd: string) {
  const times = { sleepStart: `${sleepStart}:00 +0200`, sleepEnd: `${sleepEnd}:00 +0200` };
  const night = aggregatedNight({ ...times, asleep: 0.5, source: 'watch' }, nameDevice);
  if (night.kind !== 'object') return night.kind;
  const { objectId, completeness } = night.object;
  return { objectId, completeness };
}

const whole = { objectId: 'sleep/watch/2026-07-06', completeness: 3 };

it('is the same night when its start or end moved', () => {
  expect(identityOf('2026-07-05 23:00', '2026-07-06 07:00')).toEqual(whole);
  expect(identityOf('2026-07-05 23:10', '2026-07-06 07:00')).toEqual(whole);
  expect(identityOf('2026-07-05 23:00', '2026-07-06 06:50')).toEqual(whole);
});

it('is less of the same night when a window was cut at midnight', () => {
  expect(identityOf('2026-07-06 00:00', '2026-07-06 07:00')).toEqual({ ...whole, completeness: 2 });
  expect(identityOf('2026-07-05 23:00', '2026-07-06 00:00')).toEqual({ ...whole, completeness: 1 });
});

it('is no night by day, and then has no parts', () => {
  expect(identityOf('2026-07-06 14:00', '2026-07-06 15:00')).toEqual({
    objectId: 'sleep/watch/2026-07-06/14',
  });
  expect(identityOf('2026-07-06 17:00', '2026-07-06 18:00')).toEqual({
    objectId: 'sleep/watch/2026-07-06/16',
  });
});

it('is the same night summed up or stage by stage', () => {
  const stage = (startDate: string, endDate: string) =>
    stageSpan({ startDate, endDate, value: 'Core', source: 'watch' }, nameDevice) ?? [];
  const spans = [
    stage('2026-07-05 23:00:00 +0200', '2026-07-05 23:50:00 +0200'),
    stage('2026-07-05 23:50:00 +0200', '2026-07-06 07:00:00 +0200'),
    stage('2026-07-06 07:00:00 +0200', '2026-07-06 07:10:00 +0200'),
  ].flat();
  expect(nightsOf(spans).map(({ normalized }) => normalized)).toMatchObject([{ object: whole }]);
});
