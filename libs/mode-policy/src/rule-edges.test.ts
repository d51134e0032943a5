import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  givenRules,
  hour,
  minute,
  night,
  noon,
  second,
  type EventOptions,
} from '../test/policy-story.ts';

// Rare cases of the rules.

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const strap: EventOptions = { ...rest, device: 'strap' };
const at = (ago: number) => new Date(noon - ago).toISOString();

describe('rules', () => {
  it('a shorter time of confirmation than a state remembers is kept', () => {
    const quick = givenRules({ 'confirmation.within.heart_rate': '5min' });
    const anna = createPerson({ rules: quick }).repeats(2, 6 * minute, { heart_rate: 120 }, rest);
    expect(anna.open).toEqual([]);
  });

  it('a child has a low pulse only against its usual, and no critical one', () => {
    const child = () => createPerson().lived(10, { heart_rate: 80 }, rest).is({ birth_year: 2018 }).fromNow();
    expect(child().repeats(2, minute, { heart_rate: 36 }, rest).open).toEqual(['pulse_low warning']);
    expect(createPerson().is({ birth_year: 2018 }).repeats(2, minute, { heart_rate: 36 }, rest).open).toEqual(
      [],
    );
    expect(child().repeats(2, minute, { heart_rate: 140 }, rest).open).toEqual(['pulse_high warning']);
    expect(
      createPerson({ now: Date.parse('2026-12-31T23:59:59Z') })
        .is({ birth_year: 2011 })
        .repeats(2, minute, { respiratory_rate: 28 }, rest).open,
    ).toEqual(['respiration critical']);
  });

  it('an active alarm ignores active readings, and those without a limit', () => {
    const anna = createPerson()
      .repeats(2, minute, { heart_rate: 120 }, rest)
      .later(minute)
      .reports({ heart_rate: 60, spo2: 97 }, { ...rest, context: 'active' });
    anna
      .is({ birth_year: 2018 })
      .later(minute)
      .reports({ heart_rate: 60 }, rest)
      .later(3 * minute)
      .reports({ heart_rate: 60 }, rest);
    expect(anna.open).toEqual(['pulse_high warning']);
  });

  it('the question about movement ignores other values, active ones, and readings without a limit', () => {
    const unknown: EventOptions = { source: 'apple', device: 'watch' };
    const anna = createPerson()
      .repeats(4, 15 * minute, { heart_rate: 120 }, unknown)
      .later(minute);
    anna.reports({ spo2: 97, heart_rate: 60 }, { ...unknown, context: 'active' }).is({ birth_year: 2018 });
    anna
      .later(minute)
      .reports({ heart_rate: 60 }, unknown)
      .later(3 * minute)
      .reports({ heart_rate: 60 }, unknown);
    expect(anna.open).toEqual(['pulse_unexplained info']);
    const late = createPerson().later(2 * hour);
    for (const ago of [80, 65, 50, 35, 20])
      late.reports({ heart_rate: 120 }, { ...unknown, ago: ago * minute });
    expect(late.open).toEqual([]);
  });

  it('a low pulse that is low for this person scores in NEWS2', () => {
    const anna = createPerson().repeats(2, minute, { heart_rate: 34, respiratory_rate: 22 }, rest);
    expect(anna.open).toContain('news2_partial warning');
  });

  it('irregular readings count only at rest', () => {
    const anna = createPerson();
    for (let one = 0; one < 12; one += 1)
      anna
        .reports({ heart_rate: 60 + (one % 2) * 30 }, one < 8 ? { ...rest, context: 'active' } : rest)
        .later(40 * second);
    expect(anna.open).toEqual([]);
  });

  it('devices that are apart in an unknown context neither agree nor disagree', () => {
    const anna = createPerson()
      .reports({ heart_rate: 150 }, rest)
      .later(30 * second)
      .reports({ heart_rate: 70 }, strap)
      .later(30 * second);
    anna
      .reports({ heart_rate: 150 }, rest)
      .later(minute)
      .reports({ heart_rate: 70 }, { ...strap, context: 'unknown' });
    expect(anna.open).toEqual(['devices_disagree info']);
  });

  it('two devices that come to rest again are both judged', () => {
    const moving: EventOptions = { source: 'apple', motion: 'sedentary' };
    const anna = createPerson().reports(
      { workout_duration: 60 },
      { type: 'workout', object: 'run', over: 10 * minute },
    );
    for (const [device, heart_rate] of [
      ['a', 140],
      ['b', 120],
    ] as const)
      anna.repeats(2, minute, { heart_rate }, { ...moving, device });
    anna.reports({}, { type: 'workout', object: 'run', version: 1, operation: 'delete' });
    expect(anna.open).toEqual(['pulse_high critical']);
  });

  it('a pulse that comes after the RMSSD of its night completes the question', () => {
    const usual = () => createPerson().lived(12, { hrv_rmssd: 50, heart_rate: 55 }, night).fromNow();
    expect(usual().reports({ hrv_rmssd: 95 }, night).reports({ heart_rate: 62 }, night).open).toEqual([
      'hrv_and_pulse_high info',
    ]);
    expect(createPerson().reports({ hrv_rmssd: 18 }, night).reports({ heart_rate: 45 }, night).open).toEqual([
      'hrv_and_pulse_low info',
    ]);
    const live = createPerson().reports({ hrv_rmssd: 18, heart_rate: 45 }, night).later(hour);
    expect(live.repeats(2, 3 * minute, { heart_rate: 70 }, rest).open).toEqual(['hrv_and_pulse_low info']);
    const asleep: EventOptions = { source: 'p', context: 'sleep' };
    expect(
      createPerson().reports(
        { hrv_rmssd: 110, heart_rate: 95 },
        { ...asleep, type: 'measurement', over: minute },
      ).open,
    ).toContain('hrv_and_pulse_high info');
    const again = usual().reports(
      { hrv_rmssd: 95, resting_heart_rate: 60 },
      { ...night, source: 'whoop', type: 'recovery' },
    );
    expect(again.open).toEqual([]);
  });

  it('an RMSSD by day is judged before the night when it is newer', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 25 }, night)
      .later(minute)
      .reports({ hrv_rmssd: 60 }, rest)
      .later(minute);
    expect(anna.reports({ readiness_score: 60 }, { type: 'readiness' }).open).toEqual([]);
    const ben = createPerson()
      .reports({ hrv_rmssd: 60 }, { ...rest, ago: 40 * minute })
      .reports({ hrv_rmssd: 25 }, { ...night, ago: 0 });
    expect(ben.reports({ readiness_score: 60 }, { type: 'readiness' }).open).toEqual([
      'stress_overload info',
    ]);
  });

  it('again needs both values of the day before', () => {
    const anna = createPerson().reports({ readiness_score: 60 }, { type: 'readiness' }).later(day);
    anna.reports({ hrv_rmssd: 25 }, night).reports({ readiness_score: 60 }, { type: 'readiness', ago: hour });
    expect(anna.open).toEqual(['stress_overload info']);
  });

  it('what was low for a person without a usual is not judged while a new source is learnt', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 25 }, night)
      .reports({ readiness_score: 60 }, { type: 'readiness', ago: hour });
    for (let one = 0; one < 6; one += 1)
      anna.reports({ hrv_rmssd: 50 }, { ...night, source: 'whoop', ago: (10 - one) * day });
    anna.later(day).reports({ hrv_rmssd: 40 }, night);
    expect(anna.open).toEqual(['stress_overload info']);
  });

  it('strain is judged when either value comes, and needs both lanes', () => {
    const anna = createPerson().lived(50, { hrv_rmssd: 50, heart_rate: 55 }, night).fromNow().later(day);
    for (let one = 0; one < 10; one += 1)
      anna.reports({ hrv_rmssd: 44 }, night).reports({ heart_rate: 57 }, night).later(day);
    expect(anna.open.some((one) => one.startsWith('strain'))).toBe(true);
    const old = createPerson().reports({ hrv_rmssd: 50, heart_rate: 55 }, night);
    old.receives(eventOf(old.now, {}, { object: 'x', version: 1, operation: 'delete' }));
    expect(
      createPerson({ state: { ...old.state, lanes: [] }, now: old.now }).reports(
        { resting_heart_rate: 60 },
        { ago: 30 * hour },
      ).mode,
    ).toBe('pattern');
  });

  it('strain needs values that could be found again', () => {
    const reading = (metric: string, value: number) => ({
      metric,
      value,
      unit: 'x',
      context: 'sleep' as const,
      start: at(9 * hour),
      end: at(hour),
    });
    const readings = [reading('hrv_rmssd', 50), reading('heart_rate', 55)];
    expect(createPerson().reports({}, { readings, ago: 80 * hour }).state.lanes).toEqual([]);
  });

  it('a mode that nothing explains goes to what holds', () => {
    const anna = createPerson()
      .reports({ body_temperature: 39.5 })
      .later(minute)
      .reports({ body_temperature: 38.8 });
    const ben = createPerson({ state: { ...anna.state, mode: 'reflex' }, now: anna.now }).waits(6 * minute);
    expect(ben.last.transition).toMatchObject({ to: 'guardian', reason: 'temperature', confidence: 0.5 });
  });

  it('a part that holds last is left by measurement after the other one went stale', () => {
    const anna = createPerson()
      .repeats(2, minute, { spo2: 88 }, rest)
      .reports({ spo2: 88 }, night)
      .waits(2 * hour);
    anna.later(22 * hour).reports({ spo2: 96 }, night);
    expect(anna.alerts.at(-1)).toBe('spo2_low resolved recovered');
  });

  it('unwell to a night lives longer, and to a question that no longer holds its mode changes no mode', () => {
    const anna = createPerson()
      .reports({ spo2: 88 }, night)
      .answers('spo2_low', 'unwell')
      .waits(35 * hour);
    expect(anna.open).toEqual(['spo2_low warning']);
    const ben = createPerson()
      .reports({ hrv_rmssd: 19, heart_rate: 45 }, rest)
      .waits(2 * hour)
      .answers('hrv_and_pulse_low', 'unwell');
    expect(ben.switches.at(-1)).toBe('hypothesis → pattern: no_data');
  });

  it('what a night fired neither a live value nor the same night again ends', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 18, heart_rate: 45 }, night)
      .later(minute)
      .reports({ hrv_rmssd: 60, heart_rate: 70 }, rest);
    expect(anna.open).toEqual(['hrv_and_pulse_low info']);
    const ben = createPerson()
      .lived(12, { hrv_rmssd: 50, heart_rate: 55 }, night)
      .fromNow()
      .reports({ hrv_rmssd: 95, heart_rate: 62 }, night);
    expect(ben.reports({ hrv_rmssd: 50, heart_rate: 55 }, night).open).toEqual(['hrv_and_pulse_high info']);
  });

  it('again is seen in whatever pulse the night has', () => {
    const lowest: EventOptions = { ...night, statistic: 'minimum' };
    const anna = createPerson();
    const one = (hrv_rmssd: number, heart_rate: number) =>
      anna.reports({ heart_rate }, lowest).reports({ hrv_rmssd }, night).later(day);
    for (let nr = 0; nr < 12; nr += 1) one(50, 45);
    one(95, 52);
    one(95, 52);
    expect(anna.open).toEqual(['hrv_and_pulse_high warning']);
  });

  it('a contradiction goes on beside an alarm', () => {
    const anna = createPerson()
      .repeats(2, minute, { heart_rate: 150 }, rest)
      .later(30 * second)
      .reports({ heart_rate: 70 }, strap);
    anna.later(30 * second).reports({ heart_rate: 150 }, rest);
    expect(anna.open).toEqual(['pulse_high critical', 'devices_disagree info']);
  });

  it('an answered rule is silent for its other part too', () => {
    const anna = createPerson()
      .repeats(2, minute, { heart_rate: 110 }, rest)
      .answers('pulse_high', 'fine')
      .later(minute);
    expect(anna.reports({ heart_rate: 110 }, night).open).toEqual([]);
  });
});
