import { expect, it } from 'vitest';
import { finishedNights, nightsOf, stageSpan, type StageSpan } from './sleep-stages.ts';

const nameDevice = (source: unknown) => (typeof source === 'string' ? source : undefined);

function span(day: number, from: string, to: string, value: string, source = 'watch'): StageSpan {
  const date = (time: string) =>
    `2026-07-${String(time < '12' ? day + 1 : day).padStart(2, '0')} ${time}:00 +0200`;
  const made = stageSpan({ startDate: date(from), endDate: date(to), value, source }, nameDevice);
  if (made === undefined) throw new Error('no stage');
  return made;
}

const night = (day: number, source = 'watch') => [
  span(day, '22:50', '23:00', 'Awake', source),
  span(day, '23:00', '01:00', 'Core', source),
  span(day, '01:00', '02:00', 'HKCategoryValueSleepAnalysisAsleepDeep', source),
  span(day, '02:30', '03:30', 'REM', source),
];

const told = (spans: readonly StageSpan[]) =>
  nightsOf(spans).map(({ normalized }) => {
    if (normalized.kind !== 'object') return normalized.kind;
    const { objectId, readings } = normalized.object;
    return [objectId, ...readings.map(({ metric, value }) => `${metric} ${value}`)];
  });

it('puts stages together into nights by the gaps between them, in whatever order they come', () => {
  expect(told([...night(6), ...night(5)].reverse())).toEqual(
    [5, 6].map((day) => [
      `sleep/watch/2026-07-0${day}T20:50:00.000Z`,
      'sleep_duration 14400',
      'sleep_deep 3600',
      'sleep_light 7200',
      'sleep_rem 3600',
      'sleep_awake 600',
    ]),
  );
});

it('tells the nights of each device, and counts a stretch once that is told twice', () => {
  const twice = [...night(5), span(5, '23:30', '00:30', 'Core')];
  expect(told([...twice, ...night(5, 'ring')])).toEqual([
    expect.arrayContaining(['sleep_light 7200']),
    expect.arrayContaining(['sleep/ring/2026-07-05T20:50:00.000Z']),
  ]);
});

it('holds back the newest night of each device, which may go on', () => {
  const { nights, open } = finishedNights([...night(5), ...night(6), ...night(6, 'ring')]);
  expect(nights).toHaveLength(1);
  expect(open).toHaveLength(8);
});
