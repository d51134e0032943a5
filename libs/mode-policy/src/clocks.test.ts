import { describe, expect, it } from 'vitest';
import { createPerson, hour, minute, night, noon, second, type EventOptions } from '../test/policy-story.ts';
import { restoreState, storeState } from './state-format.ts';

const partner = (ago: number): EventOptions => ({
  source: 'partner',
  device: 'p',
  ago,
  flags: ['no_offset'],
});
const seenAt = (anna: ReturnType<typeof createPerson>) => anna.state.windows[0]?.[2].at(-3);

describe('a time without an offset', () => {
  it.each<[string, number, number, string | null]>([
    ['of a clock in Delhi, 5 h 30 min ahead', -5.5 * hour, noon, 'local_clock'],
    ['of a clock 14 h ahead', -14 * hour, noon, 'local_clock'],
    ['89 s off a quarter of an hour', -2 * hour - 89 * second, noon, 'local_clock'],
    ['7 min ahead, at no quarter', -7 * minute, noon, 'no_offset'],
    ['4 min ahead', -4 * minute, noon, null],
    ['3 h behind, alone', 3 * hour, noon - 3 * hour, null],
  ])('%s', (_, ago, at, clock) => {
    const anna = createPerson().reports({ heart_rate: 60 }, partner(ago));
    expect([seenAt(anna), anna.last.clock]).toEqual([at, clock]);
  });

  it.each<[string, number, number, string | null]>([
    ['8 h behind twice', 8 * hour, 30 * second, 'local_clock'],
    ['within 30 s', 8 * hour, 29 * second, null],
    ['2 h behind: a job that sends the hours before', 2 * hour, minute, null],
    ['2 h 15 min behind', 2.25 * hour, minute, 'local_clock'],
    ['more than 12 h behind', 12.5 * hour, minute, null],
  ])('behind by the same multiple as the message before: %s', (_, ago, apart, clock) => {
    const anna = createPerson().reports({ heart_rate: 60 }, partner(ago)).later(apart);
    anna.reports({ heart_rate: 60 }, partner(ago));
    expect(anna.last.clock).toBe(clock);
  });

  it('behind by another multiple than before is a backlog', () => {
    const anna = createPerson()
      .reports({ heart_rate: 60 }, partner(8 * hour))
      .later(minute);
    expect(anna.reports({ heart_rate: 60 }, partner(7 * hour)).last.clock).toBe(null);
  });

  it('with an offset or Z is taken as it is, and one after its arrival counts as its arrival', () => {
    const anna = createPerson().reports({ heart_rate: 60 }, { ago: -4 * minute, flags: ['unit_converted'] });
    expect([seenAt(anna), anna.last.clock]).toEqual([noon, null]);
  });

  it("moves the readings' own times and the activity with it", () => {
    const anna = createPerson().reports(
      { workout_duration: 60 },
      { ...partner(-2 * hour), type: 'workout', over: 20 * minute },
    );
    expect(anna.state.activities[0]?.slice(0, 2)).toEqual([noon - 20 * minute, noon]);
  });
});

describe('where the person is', () => {
  it('a real offset says so, +00:00 included; Z does not', () => {
    const anna = createPerson().reports({ heart_rate: 60 }, { offset: '+02:00' });
    expect(anna.state.zone[0]).toBe(120);
    expect(anna.later(minute).reports({ heart_rate: 60 }).state.zone[0]).toBe(120);
    expect(anna.later(minute).reports({ heart_rate: 60 }, { offset: '+00:00' }).state.zone[0]).toBe(0);
  });

  it('the offset of a clock that is a little ahead is stored, and gives way to that of the next message', () => {
    const anna = createPerson().reports({ heart_rate: 60 }, { offset: '+02:00', ago: -1 });
    expect(restoreState(storeState(anna.state)).zone).toEqual([120, noon]);
    anna.reports({ heart_rate: 60 }, { offset: '+02:00', ago: -4 * minute });
    expect(anna.later(minute).reports({ heart_rate: 60 }, { offset: '+01:00' }).state.zone[0]).toBe(60);
  });

  it('the offset of an assumed time does not', () => {
    const assumed: EventOptions = { offset: '+00:00', flags: ['time_assumed'], type: 'readiness' };
    const anna = createPerson().reports({ heart_rate: 60 }, { offset: '+02:00' });
    expect(anna.later(minute).reports({ readiness_score: 80 }, assumed).state.zone[0]).toBe(120);
  });

  it.each([
    ['2026-11-20T23:30:00Z', 'Asia/Tokyo', 20_778],
    ['2026-11-20T23:30:00Z', 'America/New_York', 20_777],
    ['2026-11-20T23:30:00Z', 'Etc/UTC', 20_777],
    ['2026-11-20T12:00:00Z', 'Asia/Kathmandu', 20_777],
  ])('at %s the profile %s decides the local day', (time, time_zone, local) => {
    const anna = createPerson({ now: Date.parse(time) })
      .is({ time_zone })
      .reports({ skin_temp: 34 });
    expect(anna.state.lanes[0]?.[2][0]).toBe(local);
  });

  it('is looked up again after many other times', () => {
    const anna = createPerson({ now: 0 }).is({ time_zone: 'Europe/Berlin' });
    for (let one = 0; one < 21; one += 1) anna.later(2 ** 20 * 1_000).reports({ skin_temp: 34 });
    expect(anna.state.lanes).toHaveLength(1);
  });

  it("a day's total belongs to the local day of its middle", () => {
    const total: EventOptions = { source: 'oura', type: 'activity', over: 24 * hour };
    const anna = createPerson().reports({ steps: 8_000 }, { ...total, ago: 8 * hour });
    expect(anna.state.stepDays[0]?.slice(0, 4)).toEqual([0, 20_776, 8_000, 1]);
    expect(
      createPerson().reports({ skin_temp: 34 }, { ...night, over: 13 * hour, ago: 2 * hour }).state
        .lanes[0]?.[2][0],
    ).toBe(20_777);
  });
});
