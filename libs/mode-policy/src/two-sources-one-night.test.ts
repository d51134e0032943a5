import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, night, noon, type EventOptions } from '../test/policy-story.ts';

// Two sources have a value of one night: the primary one decides, also when it comes second.

const strap: EventOptions = { ...night, source: 'whoop' };
/** The ring's document, measured before the strap's. */
const ring: EventOptions = { ...night, ago: hour + 30 * minute };
const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };

function wearsRingAndStrap() {
  const anna = createPerson({ now: noon - 28 * day });
  for (let nr = 0; nr < 28; nr += 1) {
    const around = 4 * Math.sin(nr * 2.4);
    anna.reports({ hrv_rmssd: 50 + around, heart_rate: 55, spo2: 96, respiratory_rate: 15 }, night);
    if (nr > 8) anna.reports({ hrv_rmssd: 55 + around, heart_rate: 55 }, strap);
    anna.later(day);
  }
  return anna.fromNow();
}

describe('withdrawn when the primary source says otherwise', () => {
  it('news2_partial', () => {
    const anna = createPerson().lived(20, { spo2: 96, respiratory_rate: 15 }, night).fromNow();
    anna.reports({ spo2: 90, respiratory_rate: 26 }, strap);
    expect(anna.open).toContain('news2_partial warning');
    anna.later(minute).reports({ spo2: 96, respiratory_rate: 15 }, ring);
    expect(anna.open).toEqual([]);
    expect(anna.alerts).toContain('news2_partial resolved withdrawn');
  });

  it('two_of_three', () => {
    const anna = wearsRingAndStrap().reports({ hrv_rmssd: 36, heart_rate: 82 }, strap);
    expect(anna.open).toContain('two_of_three info');
    anna.later(minute).reports({ hrv_rmssd: 50, heart_rate: 55 }, ring);
    expect(anna.alerts).toContain('two_of_three resolved withdrawn');
  });
});

describe('what a live value fired', () => {
  it('is not ended by a night: news2_partial', () => {
    const anna = createPerson().repeats(2, minute, { respiratory_rate: 24, spo2: 92, heart_rate: 128 }, rest);
    expect(anna.open).toContain('news2_partial warning');
    anna
      .later(90 * minute)
      .reports({ respiratory_rate: 14, spo2: 97, heart_rate: 55 }, { ...night, ago: 10 * minute });
    expect(anna.open).toContain('news2_partial warning unconfirmed');
  });

  it('is ended by a live pulse: hrv_and_pulse_high', () => {
    const anna = createPerson().reports({ hrv_rmssd: 130, heart_rate: 95 }, rest);
    expect(anna.open).toEqual(['hrv_and_pulse_high info']);
    expect(anna.later(3 * minute).reports({ heart_rate: 82 }, rest).open).toEqual([
      'hrv_and_pulse_high info',
    ]);
    expect(anna.later(minute).reports({ heart_rate: 81 }, rest).open).toEqual([]);
  });

  it('is ended by a live pulse where only the RMSSD was a night: hrv_and_pulse_low', () => {
    const anna = createPerson().reports({ hrv_rmssd: 18 }, night).later(minute);
    anna.reports({ heart_rate: 45 }, rest);
    expect(anna.open).toEqual(['hrv_and_pulse_low info']);
    expect(anna.later(minute).reports({ heart_rate: 54 }, rest).open).toEqual(['hrv_and_pulse_low info']);
    expect(anna.later(minute).reports({ heart_rate: 55 }, rest).open).toEqual([]);
  });
});

it('a night refutes a question by its pulse, also when that comes after the RMSSD', () => {
  const usual = (nr: number) => ({
    hrv_rmssd: 40 + 3 * Math.sin(nr * 2.4),
    heart_rate: 55 + 1.5 * Math.sin((nr + 1) * 2.4),
  });
  const anna = createPerson().lived(28, usual, night).fromNow();
  anna.reports({ hrv_rmssd: 90, heart_rate: 66 }, night);
  expect(anna.open).toEqual(['hrv_and_pulse_high info']);
  anna.later(day).reports({ hrv_rmssd: 80 }, night);
  expect(anna.open).toEqual(['hrv_and_pulse_high info']);
  anna.later(minute).reports({ heart_rate: 55 }, { ...night, ago: hour + minute });
  expect(anna.open).toEqual([]);
});
