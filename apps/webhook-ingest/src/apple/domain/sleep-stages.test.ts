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
      `sleep/watch/2026-07-0${day + 1}`,
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
    expect.arrayContaining(['sleep/ring/2026-07-06']),
  ]);
});

it('holds back the newest night of each device, which may go on', () => {
  const { nights, open } = finishedNights([...night(5), ...night(6), ...night(6, 'ring')]);
  expect(nights).toHaveLength(1);
  expect(open).toHaveLength(8);
});

const identities = (spans: readonly StageSpan[]) =>
  nightsOf(spans).map(({ normalized }) =>
    normalized.kind === 'object' ? [normalized.object.objectId, normalized.object.completeness] : [],
  );

it('knows a night that a window cut at midnight, also where a stage lies across it', () => {
  const all = night(5);
  const midnight = Date.parse('2026-07-05T22:00:00Z');
  const untilMidnight = all.filter(({ startMs }) => startMs < midnight);
  const sinceMidnight = all.filter(({ endMs }) => endMs > midnight);
  expect([all, untilMidnight, sinceMidnight].flatMap(identities)).toEqual([
    ['sleep/watch/2026-07-06', 3],
    ['sleep/watch/2026-07-06', 1],
    ['sleep/watch/2026-07-06', 2],
  ]);
});

it('tells a night as one in which somebody was up for hours', () => {
  const interrupted = [...night(5), span(5, '05:50', '08:00', 'Core')];
  expect(told(interrupted)).toEqual([
    expect.arrayContaining(['sleep/watch/2026-07-06', 'sleep_light 15000', 'sleep_duration 22200']),
  ]);
  expect(finishedNights([...interrupted, ...night(6)])).toMatchObject({
    nights: [{ normalized: { object: { timestamp: '2026-07-06T08:00:00+02:00' } } }],
    open: night(6),
  });
});

it('gives the sleep its own interval, and the time in bed that of the bed', () => {
  const [found] = nightsOf([span(5, '22:00', '07:00', 'In Bed'), ...night(5)]);
  if (found?.normalized.kind !== 'object') throw new Error('no night');
  const intervals = found.normalized.object.readings.map(({ metric, start, end }) => [metric, start, end]);
  const sleep = ['2026-07-05T22:50:00+02:00', '2026-07-06T03:30:00+02:00'];
  const bed = ['2026-07-05T22:00:00+02:00', '2026-07-06T07:00:00+02:00'];
  expect(intervals).toEqual([
    ...['sleep_duration', 'sleep_deep', 'sleep_light', 'sleep_rem', 'sleep_awake'].map((name) => [
      name,
      ...sleep,
    ]),
    ...['time_in_bed', 'sleep_efficiency'].map((name) => [name, ...bed]),
  ]);
});

it('tells each nap by itself, and the night that follows', () => {
  const naps = [span(5, '13:00', '13:30', 'Asleep'), span(5, '16:40', '17:10', 'Asleep')];
  expect(identities([...naps, ...night(5)])).toEqual([
    ['sleep/watch/2026-07-05/12', undefined],
    ['sleep/watch/2026-07-05/16', undefined],
    ['sleep/watch/2026-07-06', 3],
  ]);
});
