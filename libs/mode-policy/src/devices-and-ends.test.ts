import type { Reading } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, night, second, type EventOptions } from '../test/policy-story.ts';

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const wearables: readonly EventOptions[] = [
  rest,
  { context: 'rest', source: 'whoop', device: 'strap' },
  { context: 'rest', source: 'oura', device: 'ring' },
];

describe('three devices that measure three vital signs each', () => {
  it('confirm what they measure', () => {
    const anna = createPerson();
    for (let nr = 0; nr < 3; nr += 1) {
      for (const device of wearables)
        anna.reports({ heart_rate: 150, spo2: 85, respiratory_rate: 28 }, device).later(second);
      anna.later(minute);
    }
    expect(anna.open).toEqual(
      expect.arrayContaining(['pulse_high critical', 'spo2_low critical', 'respiration critical']),
    );
  });

  it('leave room for whatever one more device brings in one event', () => {
    const anna = createPerson();
    for (let nr = 0; nr < 6; nr += 1) {
      const device = { ...rest, source: 'partner', device: `device-${nr}` };
      anna.reports({ heart_rate: 60, spo2: 97, respiratory_rate: 14 }, device).later(second);
    }
    const readings: Reading[] = [
      { metric: 'heart_rate', value: 150, unit: '/min', context: 'rest', end: at(anna.now - 5 * minute) },
      { metric: 'spo2', value: 97, unit: '%', context: 'rest', end: at(anna.now) },
    ];
    expect(anna.reports({}, { ...rest, readings }).open).toEqual([]);
  });
});

it('a reading whose device was silent for too long to be kept may be deleted', () => {
  const anna = createPerson()
    .reports({ heart_rate: 60 }, { ...rest, object: 'a', version: 1 })
    .later(second);
  for (let nr = 0; nr < 6; nr += 1) {
    const device = { ...rest, source: 'partner', device: `device-${nr}` };
    anna.reports({ heart_rate: 60, spo2: 97, respiratory_rate: 14 }, device).later(second);
  }
  anna.reports({}, { ...rest, object: 'a', version: 2, operation: 'delete', ago: 7 * second });
  expect([anna.open, anna.mode]).toEqual([[], 'pattern']);
});

const at = (time: number) => new Date(time).toISOString();

describe('a dense series in one event', () => {
  it('fires although the state keeps only its last readings', () => {
    const anna = createPerson();
    const readings = Array.from({ length: 41 }, (_, nr): Reading => {
      const value = nr < 28 ? 150 : 95;
      const end = at(anna.now - (40 - nr) * 15 * second);
      return { metric: 'heart_rate', value, unit: '/min', context: 'rest', end };
    });
    expect(anna.reports({}, { ...rest, readings }).open).toEqual(['pulse_high critical']);
  });

  it('may begin the end of what it fires', () => {
    const anna = createPerson();
    const readings = [150, 150, 80].map((value, nr): Reading => {
      return {
        metric: 'heart_rate',
        value,
        unit: '/min',
        context: 'rest',
        end: at(anna.now - (2 - nr) * minute),
      };
    });
    expect(anna.reports({}, { ...rest, readings }).open).toEqual(['pulse_high critical']);
    expect(anna.later(2 * minute).reports({ heart_rate: 80 }, rest).open).toEqual([]);
  });
});

describe('an illness that was none', () => {
  const usual = (nr: number) => ({
    hrv_rmssd: 50 + 4 * Math.sin(nr * 2.4),
    heart_rate: 55 + 1.5 * Math.sin((nr + 1) * 2.4),
    respiratory_rate: 14 + 0.4 * Math.sin((nr + 2) * 2.4),
    skin_temp_deviation: 0.15 * Math.sin((nr + 3) * 2.4),
  });
  const ill = { hrv_rmssd: 38, heart_rate: 63, respiratory_rate: 17, skin_temp_deviation: 1.2 };

  // With a settled usual the days that lack their parts are judged again at noon, when nothing is corrected any more.
  it.each<[number, string]>([
    [18, 'withdrawn'],
    [50, 'recovered'],
  ])('ends with its nights, after %i usual ones: %s', (nights, reason) => {
    const anna = createPerson().lived(nights, usual, night).fromNow();
    const names = ['a', 'b', 'c'];
    for (const object of names) anna.reports(ill, { ...night, object, version: 1 }).later(day);
    expect(anna.open.some((one) => one.startsWith('illness_watch'))).toBe(true);
    for (const [nr, object] of names.entries()) {
      const ago = (3 - nr) * day + hour;
      anna.reports({}, { ...night, object, version: 2, operation: 'delete', ago });
    }
    expect(anna.open.filter((one) => one.startsWith('illness_watch'))).toEqual([]);
    expect(anna.alerts.at(-1)).toBe(`illness_watch resolved ${reason}`);
  });
});

describe('an answer', () => {
  const fever = (value: number): [Record<string, number>, EventOptions] => [
    { body_temperature: value },
    { source: 'manual' },
  ];

  it('"fine" is not undone by a fall to the lower level', () => {
    const anna = createPerson()
      .reports(...fever(40.6))
      .later(minute)
      .answers('temperature', 'fine');
    anna
      .later(6 * minute)
      .reports(...fever(39.4))
      .later(minute)
      .reports(...fever(39.4));
    expect([anna.open, anna.mode]).toEqual([[], 'pattern']);
    anna
      .later(minute)
      .reports(...fever(38.4))
      .later(minute)
      .reports(...fever(39.4));
    expect(anna.open).toEqual(['temperature warning']);
  });

  it('"unwell" to a withdrawn fever leaves an alert that a measurement ends', () => {
    const options: EventOptions = { source: 'manual', object: 'a' };
    const anna = createPerson().reports({ body_temperature: 39.6 }, { ...options, version: 1 });
    anna.later(minute).answers('temperature', 'unwell').later(minute);
    anna.reports({}, { ...options, version: 2, operation: 'delete', ago: 2 * minute });
    expect(anna.open).toEqual(['temperature warning']);
    expect(anna.later(minute).reports(...fever(36.8)).open).toEqual([]);
  });
});

describe('a lower level that a person called fine', () => {
  it('neither prolongs the higher one nor ends its alert', () => {
    const anna = createPerson().repeats(2, minute, { heart_rate: 120 }, rest);
    anna
      .later(minute)
      .answers('pulse_high', 'fine')
      .later(6 * minute);
    anna.repeats(2, minute, { heart_rate: 140 }, rest);
    expect([anna.mode, anna.open]).toEqual(['reflex', ['pulse_high critical']]);
    for (let nr = 0; nr < 10; nr += 1) anna.later(5 * minute).reports({ heart_rate: 120 }, rest);
    expect(anna.mode).toBe('reflex');
    anna.waits(11 * minute);
    expect([anna.mode, anna.open]).toEqual(['pattern', ['pulse_high critical unconfirmed']]);
  });
});

describe('an alert that was measured again', () => {
  it('is unconfirmed again when nothing follows', () => {
    const anna = createPerson()
      .repeats(2, minute, { heart_rate: 150 }, rest)
      .waits(20 * minute);
    expect(anna.open).toEqual(['pulse_high critical unconfirmed']);
    expect(anna.reports({ heart_rate: 95 }, rest).open).toEqual(['pulse_high critical']);
    expect(anna.waits(5 * hour).open).toEqual(['pulse_high critical unconfirmed']);
  });
});

it('a workout that comes late refutes the question about the run it covers, though another has begun', () => {
  const unknown: EventOptions = { source: 'apple', device: 'watch' };
  const anna = createPerson().reports({ heart_rate: 60 }, unknown).later(hour);
  anna.repeats(11, 5 * minute, { heart_rate: 130 }, unknown);
  expect(anna.open).toEqual(['pulse_unexplained info']);
  anna
    .later(5 * minute)
    .reports({ heart_rate: 95 }, unknown)
    .later(40 * minute);
  anna.reports({ heart_rate: 130 }, unknown);
  const covers = { ago: 46 * minute, over: 55 * minute, type: 'workout' };
  anna.reports({ workout_duration: 55 * 60 }, { source: 'apple', ...covers });
  expect(anna.open).toEqual([]);
});

it('a delete need not name the device again', () => {
  const ring: EventOptions = { source: 'manual', object: 'a', device: 'ring', version: 1 };
  const anna = createPerson().reports({ body_temperature: 39.6 }, ring).later(minute);
  expect(anna.open).toEqual(['temperature warning']);
  anna.reports({}, { source: 'manual', object: 'a', version: 2, operation: 'delete', ago: minute });
  expect(anna.open).toEqual([]);
});
