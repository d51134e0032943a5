import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, night, type EventOptions } from '../test/policy-story.ts';

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const unknown: EventOptions = { source: 'apple', device: 'watch' };
const low = { hrv_rmssd: 19, heart_rate: 45 };
const asked = () => createPerson().reports(low, rest).later(minute);
const high = () => createPerson().repeats(2, minute, { heart_rate: 110 }, rest).later(minute);
const unexplained = (heart_rate = 125) =>
  createPerson()
    .repeats(4, 15 * minute, { heart_rate }, unknown)
    .later(minute);

describe('a question', () => {
  it('carries its id, its words and its answers', () => {
    const [signal] = asked().messages('hrv_and_pulse_low');
    expect(signal).toMatchObject({ severity: 'info', answers: ['at_rest', 'exercise', 'fine', 'unwell'] });
    expect(signal?.question).toMatch(/well trained/);
    expect(signal?.hypothesis_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each(['fine', 'exercise'] as const)(
    'is settled by %s, leaves its mode, and is silent for a day',
    (answer) => {
      const anna = asked().answers('hrv_and_pulse_low', answer, 'hypothesis_id');
      expect(anna.last.answer).toEqual({ status: 'taken', rule: 'hrv_and_pulse_low' });
      expect(anna.alerts.at(-1)).toBe('hrv_and_pulse_low resolved answered');
      expect(anna.insights.at(-1)).toBe('hypothesis_settled hrv_and_pulse_low answered');
      anna.later(5 * minute).reports(low, rest);
      expect(anna.switches.at(-1)).toBe('hypothesis → pattern: answered');
      expect(anna.later(23 * hour).reports(low, rest).open).toEqual([]);
      expect(anna.later(hour).reports(low, rest).open).toEqual(['hrv_and_pulse_low info']);
    },
  );

  it('that was answered is asked again when its leave condition was met', () => {
    const anna = asked()
      .answers('hrv_and_pulse_low', 'fine')
      .later(hour)
      .reports({ hrv_rmssd: 30, heart_rate: 60 }, rest);
    expect(anna.later(hour).reports(low, rest).open).toEqual(['hrv_and_pulse_low info']);
  });

  it('becomes a warning that stays open by unwell', () => {
    const anna = asked().answers('hrv_and_pulse_low', 'unwell');
    expect(anna.open).toEqual(['hrv_and_pulse_low warning']);
    expect(anna.insights.at(-1)).toBe('hypothesis_settled hrv_and_pulse_low answered');
    expect(anna.waits(10 * minute).mode).toBe('pattern');
    anna.later(minute).reports(low, rest);
    expect(anna.open).toEqual(['hrv_and_pulse_low warning']);
    expect(anna.waits(25 * hour).alerts.at(-1)).toBe('hrv_and_pulse_low resolved expired');
  });

  it('that was answered by unwell is not asked again while its warning is open', () => {
    const irregular = (anna: ReturnType<typeof createPerson>) => {
      for (let one = 0; one < 10; one += 1)
        anna.reports({ heart_rate: 60 + (one % 2) * 25 }, rest).later(minute);
      return anna;
    };
    const anna = irregular(createPerson());
    anna.answers('pulse_irregular', 'unwell').waits(10 * minute);
    expect(anna.mode).toBe('pattern');
    irregular(anna.fromNow().later(20 * hour));
    expect([anna.mode, anna.alerts, anna.insights]).toEqual(['pattern', [], []]);
    // The warning lives from the last readings that fire.
    expect(anna.waits(23 * hour).alerts).toEqual([]);
    expect(anna.waits(hour).alerts).toEqual(['pulse_irregular resolved expired']);
    expect(irregular(anna.fromNow().later(hour)).insights).toEqual([
      'hypothesis_opened pulse_irregular open',
    ]);
    expect(anna.mode).toBe('hypothesis');
  });

  it('whose warning is open ends by measurement', () => {
    const anna = asked().answers('hrv_and_pulse_low', 'unwell').later(minute).reports(low, rest).later(hour);
    anna.reports({ hrv_rmssd: 30, heart_rate: 60 }, rest);
    expect(anna.alerts.at(-1)).toBe('hrv_and_pulse_low resolved recovered');
  });

  it('is not changed by at_rest', () => {
    const anna = asked().answers('hrv_and_pulse_low', 'at_rest');
    expect(anna.last.answer).toEqual({ status: 'noted', rule: 'hrv_and_pulse_low' });
    expect(anna.open).toEqual(['hrv_and_pulse_low info']);
  });

  it('that expired is not asked again for a day', () => {
    const anna = asked().waits(24 * hour);
    expect(anna.alerts.at(-1)).toBe('hrv_and_pulse_low resolved expired');
    expect(anna.reports(low, rest).open).toEqual([]);
    expect(anna.later(day).reports(low, rest).open).toEqual(['hrv_and_pulse_low info']);
  });

  it('of a night lives for 36 hours', () => {
    const anna = createPerson()
      .reports(low, night)
      .waits(36 * hour - minute);
    expect(anna.open).toEqual(['hrv_and_pulse_low info unconfirmed']);
    expect(anna.waits(minute).insights.at(-1)).toBe('hypothesis_settled hrv_and_pulse_low expired');
  });
});

describe('an answer', () => {
  it('to what nobody asked, to what was settled, and a second one are dropped with the reason', () => {
    const anna = asked().answers('hrv_and_pulse_low', 'fine');
    const id = anna.messages('hrv_and_pulse_low')[0]?.alert_id ?? '';
    const again = { type: 'answer', source: 'manual', answer: { alert_id: id, answer: 'unwell' as const } };
    expect(anna.reports({}, again).last.answer).toEqual({ status: 'dropped', reason: 'settled' });
    const unasked = { ...again, answer: { alert_id: 'f'.repeat(32), answer: 'fine' as const } };
    expect(anna.reports({}, unasked).last.answer).toEqual({ status: 'dropped', reason: 'unknown' });
  });

  it('to the question of an alert whose question is closed is dropped', () => {
    const anna = asked();
    const [signal] = anna.messages('hrv_and_pulse_low');
    anna.answers('hrv_and_pulse_low', 'unwell');
    const answer = { hypothesis_id: signal?.hypothesis_id ?? '', answer: 'fine' as const };
    expect(anna.reports({}, { type: 'answer', source: 'manual', answer }).last.answer).toMatchObject({
      reason: 'settled',
    });
  });

  it('fine to an alarm silences it for an hour at its level; a higher level speaks at once', () => {
    const anna = high().answers('pulse_high', 'fine');
    expect(anna.open).toEqual([]);
    expect(anna.later(10 * minute).repeats(2, minute, { heart_rate: 110 }, rest).open).toEqual([]);
    anna.later(minute).repeats(2, minute, { heart_rate: 140 }, rest);
    expect(anna.open).toEqual(['pulse_high critical']);
    const ids = new Set(anna.messages('pulse_high').map(({ alert_id }) => alert_id));
    expect(ids.size).toBe(1);
  });

  it('fine is forgotten after an hour, and after a day for a night', () => {
    const anna = high().answers('pulse_high', 'fine').later(hour);
    expect(anna.repeats(2, minute, { heart_rate: 110 }, rest).open).toEqual(['pulse_high warning']);
    const ben = createPerson().reports({ spo2: 88 }, night).answers('spo2_low', 'fine').later(hour);
    expect(ben.reports({ spo2: 88 }, { ...night, ago: 0 }).open).toEqual([]);
    expect(ben.later(day).reports({ spo2: 88 }, night).open).toEqual(['spo2_low warning']);
  });

  it('unwell raises an alarm to a warning at least and keeps its mode', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 29, stress_level: 0.71 })
      .answers('two_of_three', 'unwell');
    expect(anna.open).toEqual(['two_of_three warning']);
    expect(anna.mode).toBe('guardian');
    const ben = high()
      .later(minute)
      .repeats(2, minute, { heart_rate: 140 }, rest)
      .answers('pulse_high', 'unwell');
    expect(ben.open).toEqual(['pulse_high critical']);
  });

  it('unwell outlives the withdrawal of its ground', () => {
    const anna = createPerson()
      .reports({ body_temperature: 39.5 }, { object: 'o', version: 0 })
      .answers('temperature', 'unwell');
    anna.later(minute).reports({}, { object: 'o', version: 1, operation: 'delete' });
    expect(anna.open).toEqual(['temperature warning']);
  });
});

describe('the question about movement', () => {
  it.each(['at_rest', 'unwell'] as const)(
    '%s makes it a high pulse, by its last reading, however old',
    (answer) => {
      const anna = unexplained().later(hour).answers('pulse_unexplained', answer);
      expect(anna.alerts.slice(-2)).toEqual([
        'pulse_unexplained resolved confirmed',
        'pulse_high firing warning',
      ]);
      expect(anna.mode).toBe('reflex');
      expect(anna.insights).toContain('hypothesis_settled pulse_unexplained confirmed');
    },
  );

  it('is less sure without a usual', () => {
    const sureness = (anna: ReturnType<typeof unexplained>) =>
      anna.answers('pulse_unexplained', 'at_rest').last.transition?.confidence;
    expect(sureness(unexplained(115))).toBe(0.7);
    const ben = createPerson().lived(10, { heart_rate: 70 }, rest).fromNow();
    expect(sureness(ben.repeats(4, 15 * minute, { heart_rate: 115 }, unknown))).toBe(0.875);
  });

  it('is critical from 131, but not for a child', () => {
    expect(unexplained(131).answers('pulse_unexplained', 'at_rest').open).toEqual(['pulse_high critical']);
    const child = createPerson().lived(10, { heart_rate: 80 }, rest).is({ birth_year: 2018 }).fromNow();
    child.repeats(4, 15 * minute, { heart_rate: 140 }, unknown).answers('pulse_unexplained', 'at_rest');
    expect(child.open).toEqual(['pulse_high warning']);
  });

  it('after at_rest the device counts as at rest for half an hour', () => {
    const anna = unexplained(120).answers('pulse_unexplained', 'at_rest').later(minute);
    anna.repeats(2, minute, { heart_rate: 135 }, unknown);
    expect(anna.open).toEqual(['pulse_high critical']);
    const ben = unexplained(120).answers('pulse_unexplained', 'unwell').later(minute);
    ben.repeats(2, minute, { heart_rate: 135 }, unknown);
    expect(ben.open).toEqual(['pulse_high warning']);
  });

  it.each(['fine', 'exercise'] as const)('%s settles it for a day', (answer) => {
    const anna = unexplained()
      .answers('pulse_unexplained', answer)
      .later(5 * minute);
    expect(anna.repeats(6, 15 * minute, { heart_rate: 125 }, unknown).open).toEqual([]);
  });

  it('is settled without an alarm when its readings are forgotten', () => {
    const anna = unexplained();
    const state = { ...anna.state, runs: [] };
    const ben = createPerson({ state, now: anna.now });
    const alert = state.alerts[0]?.id ?? '';
    ben.reports({}, { type: 'answer', source: 'manual', answer: { alert_id: alert, answer: 'at_rest' } });
    expect(ben.open).toEqual([]);
  });
});
