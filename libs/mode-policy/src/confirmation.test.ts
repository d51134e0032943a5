import { describe, expect, it } from 'vitest';
import { createPerson, hour, minute, second, type EventOptions } from '../test/policy-story.ts';

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };

describe('confirmation', () => {
  it.each<[string, number, string[]]>([
    ['29 s apart', 29 * second, []],
    ['30 s apart', 30 * second, ['pulse_high warning']],
    ['10 min apart', 10 * minute, ['pulse_high warning']],
    ['more than 10 min apart', 10 * minute + second, []],
  ])('two pulses %s', (_, apart, open) => {
    expect(createPerson().repeats(2, apart, { heart_rate: 120 }, rest).open).toEqual(open);
  });

  it.each<[string, number, string[]]>([
    ['an hour apart', hour, ['spo2_low critical']],
    ['more than an hour apart', hour + second, []],
  ])('two values of SpO2 %s', (_, apart, open) => {
    expect(createPerson().repeats(2, apart, { spo2: 88 }, rest).open).toEqual(open);
  });

  it('a reading between them that meets the leave condition breaks it; one that does not is no matter', () => {
    const broken = createPerson()
      .reports({ heart_rate: 120 }, rest)
      .later(minute)
      .reports({ heart_rate: 90 }, rest);
    expect(broken.later(minute).reports({ heart_rate: 120 }, rest).open).toEqual([]);
    const kept = createPerson()
      .reports({ heart_rate: 120 }, rest)
      .later(minute)
      .reports({ heart_rate: 95 }, rest);
    expect(kept.later(minute).reports({ heart_rate: 120 }, rest).open).toEqual(['pulse_high warning']);
  });

  it('a level needs both readings beyond it', () => {
    const anna = createPerson()
      .reports({ heart_rate: 120 }, rest)
      .later(minute)
      .reports({ heart_rate: 140 }, rest);
    expect(anna.open).toEqual(['pulse_high warning']);
    expect(anna.later(minute).reports({ heart_rate: 140 }, rest).open).toEqual(['pulse_high critical']);
  });

  it('two devices do not confirm each other, and an active reading confirms nothing', () => {
    const anna = createPerson().reports({ heart_rate: 120 }, rest).later(minute);
    expect(anna.reports({ heart_rate: 120 }, { ...rest, device: 'strap' }).open).toEqual([]);
    const ben = createPerson()
      .reports({ heart_rate: 120 }, { ...rest, context: 'active' })
      .later(minute);
    expect(ben.reports({ heart_rate: 120 }, rest).open).toEqual([]);
  });

  it.each<[string, EventOptions]>([
    ['spans a minute', { ...rest, over: minute, statistic: 'average' }],
    ['is entered by hand', { source: 'manual' }],
  ])('one reading is enough that %s', (_, options) => {
    expect(createPerson().reports({ heart_rate: 120 }, options).open).toEqual(['pulse_high warning']);
  });

  it('a mean over more than 10 minutes is no signal', () => {
    const long: EventOptions = { ...rest, over: 10 * minute + second, statistic: 'average' };
    expect(createPerson().repeats(3, 11 * minute, { heart_rate: 120 }, long).open).toEqual([]);
  });

  it('readings that were measured too long ago fire nothing', () => {
    const anna = createPerson().reports({ heart_rate: 120 }, { ...rest, ago: 15 * minute });
    expect(anna.reports({ heart_rate: 120 }, { ...rest, ago: 10 * minute + second }).open).toEqual([]);
    expect(anna.reports({ heart_rate: 120 }, { ...rest, ago: 10 * minute }).open).toEqual([
      'pulse_high warning',
    ]);
  });
});

describe('a veto', () => {
  const strap: EventOptions = { ...rest, device: 'strap' };
  const contradicted = () =>
    createPerson()
      .reports({ heart_rate: 150 }, rest)
      .later(30 * second)
      .reports({ heart_rate: 70 }, strap)
      .later(30 * second);

  it.each<[string, number, number, string[]]>([
    ['more than 20 apart and not high', 70, 0, ['devices_disagree info']],
    ['more than 20 apart but high too', 95, 0, ['pulse_high critical']],
    ['measured more than 2 min before', 70, 91 * second, ['pulse_high critical']],
  ])('by a reading that is %s', (_, heart_rate, later, open) => {
    const anna = createPerson()
      .reports({ heart_rate: 150 }, rest)
      .later(30 * second)
      .reports({ heart_rate }, strap);
    expect(anna.later(30 * second + later).reports({ heart_rate: 150 }, rest).open).toEqual(open);
  });

  it('ends with the first confirmed reading that nothing contradicts', () => {
    const anna = contradicted()
      .reports({ heart_rate: 150 }, rest)
      .later(3 * minute)
      .reports({ heart_rate: 150 }, rest);
    expect(anna.open).toContain('pulse_high critical');
  });

  it('ends after 10 minutes, and then the rule fires as a warning at most', () => {
    const anna = contradicted().reports({ heart_rate: 150 }, rest);
    for (let one = 0; one < 10; one += 1) {
      expect(anna.open).toEqual(['devices_disagree info']);
      anna
        .later(30 * second)
        .reports({ heart_rate: 70 }, strap)
        .later(30 * second)
        .reports({ heart_rate: 150 }, rest);
    }
    expect(anna.open).toEqual(['devices_disagree info', 'pulse_high warning']);
  });

  it('that comes after the firing opens a question beside the alarm', () => {
    const anna = createPerson()
      .repeats(2, minute, { heart_rate: 150 }, rest)
      .later(30 * second);
    anna.reports({ heart_rate: 70 }, strap);
    expect(anna.open).toEqual(['pulse_high critical', 'devices_disagree info']);
    expect(anna.mode).toBe('reflex');
  });

  it('of SpO2 needs more than 4 points', () => {
    const near = createPerson()
      .reports({ spo2: 90 }, rest)
      .later(minute)
      .reports({ spo2: 94 }, strap)
      .later(minute);
    expect(near.reports({ spo2: 90 }, rest).open).toEqual(['spo2_low critical']);
    const far = createPerson()
      .reports({ spo2: 90 }, rest)
      .later(minute)
      .reports({ spo2: 94.1 }, strap)
      .later(minute);
    expect(far.reports({ spo2: 90 }, rest).open).toEqual(['devices_disagree info']);
  });

  it('is over when the devices agree, and when one of them goes stale', () => {
    const anna = contradicted()
      .reports({ heart_rate: 150 }, rest)
      .later(minute)
      .reports({ heart_rate: 72 }, rest);
    anna.later(30 * second).reports({ heart_rate: 70 }, strap);
    expect(anna.alerts.at(-1)).toBe('devices_disagree resolved recovered');
    const ben = contradicted()
      .reports({ heart_rate: 150 }, rest)
      .waits(11 * minute);
    expect(ben.alerts.at(-1)).toBe('devices_disagree resolved stale');
    expect(ben.insights).toContain('hypothesis_settled devices_disagree stale');
  });
});
