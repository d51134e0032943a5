import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  hour,
  minute,
  night,
  noon,
  second,
  type EventOptions,
} from '../test/policy-story.ts';

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const fever = { body_temperature: 39.5 };
const well = { body_temperature: 37 };

describe('the mode', () => {
  it('begins with the first decision, and is that of the highest rule', () => {
    const anna = createPerson().reports({ sleep_score: 80 });
    expect(anna.switches).toEqual(['none → pattern: first_decision']);
    anna.reports({ ...fever, stress_level: 0.9 });
    expect(anna.switches.at(-1)).toBe('pattern → reflex: stress_high');
    expect(anna.last.rulesFired).toEqual(['temperature', 'stress_high']);
  });

  it('falls to the highest rule that still holds', () => {
    const anna = createPerson()
      .reports({ ...fever, stress_level: 0.9 })
      .later(6 * minute)
      .reports({ stress_level: 0.5 });
    expect(anna.switches.at(-1)).toBe('reflex → guardian: recovered');
    expect(anna.last.rulesHeld).toEqual(['temperature']);
  });

  it('stays at least 300 s, and pattern not at all', () => {
    const anna = createPerson()
      .reports(fever)
      .later(299 * second)
      .reports(well);
    expect(anna.mode).toBe('guardian');
    expect(anna.open).toEqual([]);
    expect(anna.due).toBe(noon + 300 * second);
    expect(anna.waits(second).switches.at(-1)).toBe('guardian → pattern: recovered');
  });

  it('reflex breaks another stay; guardian waits for the stay of a hypothesis', () => {
    const low = { hrv_rmssd: 19, heart_rate: 45 };
    const anna = createPerson().reports(low, rest).later(minute).reports({ stress_level: 0.9 });
    expect(anna.switches.at(-1)).toBe('hypothesis → reflex: stress_high');
    const ben = createPerson().reports(low, rest).later(minute).reports(fever);
    expect(ben.mode).toBe('hypothesis');
    expect(ben.open).toContain('temperature warning');
    expect(ben.waits(4 * minute).switches.at(-1)).toBe('hypothesis → guardian: temperature');
  });

  it('a switch that was held back is not made when its condition no longer holds; its alert stays', () => {
    const anna = createPerson().reports({ hrv_rmssd: 19, heart_rate: 45 }, rest).later(minute).reports(fever);
    anna.later(minute).reports({ body_temperature: 38.8 });
    expect(anna.waits(4 * minute).mode).toBe('hypothesis');
    expect(anna.open).toContain('temperature warning');
  });

  it('a reflex rule holds at most an hour after it last fired, and its alert stays as it is', () => {
    const anna = createPerson().repeats(2, minute, { heart_rate: 120 }, rest).later(minute);
    anna.repeats(8, 9 * minute, { heart_rate: 95 }, rest);
    expect(anna.switches.at(-1)).toBe('reflex → pattern: reflex_over');
    expect(anna.open).toEqual(['pulse_high warning']);
    anna.later(minute).repeats(2, 2 * minute, { heart_rate: 80 }, rest);
    expect(anna.alerts.at(-1)).toBe('pulse_high resolved recovered');
  });

  it('ends as no_data when nothing came since, as stale when only other values did', () => {
    const anna = createPerson()
      .reports({ stress_level: 0.9 })
      .waits(11 * minute);
    expect(anna.switches.at(-1)).toBe('reflex → pattern: no_data');
    const ben = createPerson()
      .reports({ stress_level: 0.9 })
      .later(minute)
      .reports({ sleep_score: 70 })
      .waits(11 * minute);
    expect(ben.switches.at(-1)).toBe('reflex → pattern: stale');
    expect(ben.last.transition?.confidence).toBe(0.5);
  });

  it('a night holds for 36 hours and fires for 24', () => {
    const anna = createPerson()
      .reports({ spo2: 88 }, night)
      .waits(35 * hour);
    expect(anna.mode).toBe('guardian');
    expect(anna.waits(second).mode).toBe('pattern');
    expect(createPerson().reports({ spo2: 88 }, { ...night, ago: 24 * hour }).mode).toBe('guardian');
    expect(createPerson().reports({ spo2: 88 }, { ...night, ago: 24 * hour + second }).mode).toBe('pattern');
  });

  it('readings at rest keep a live rule from going stale; unknown ones only if they meet the leave condition', () => {
    const fires = () =>
      createPerson()
        .repeats(2, minute, { heart_rate: 120 }, rest)
        .later(9 * minute);
    expect(
      fires()
        .reports({ heart_rate: 95 }, rest)
        .waits(5 * minute).mode,
    ).toBe('reflex');
    expect(
      fires()
        .reports({ heart_rate: 80 }, { ...rest, context: 'unknown' })
        .waits(5 * minute).mode,
    ).toBe('reflex');
    expect(
      fires()
        .reports({ heart_rate: 95 }, { ...rest, context: 'unknown' })
        .waits(5 * minute).mode,
    ).toBe('pattern');
  });

  it('a deleted reading withdraws the rule that it fired, and ends the stay', () => {
    const anna = createPerson().reports(fever, { object: 'fever', version: 0 }).later(minute);
    anna.reports({}, { object: 'fever', version: 1, operation: 'delete' });
    expect(anna.switches.at(-1)).toBe('guardian → pattern: withdrawn');
    expect(anna.alerts.at(-1)).toBe('temperature resolved withdrawn');
  });

  it('a correction that still fires keeps it, one that does not withdraws it', () => {
    const anna = createPerson().reports(fever, { object: 'fever', version: 0 }).later(minute);
    anna.reports({ body_temperature: 39.2 }, { object: 'fever', version: 1, ago: minute });
    expect(anna.mode).toBe('guardian');
    anna.later(minute).reports({ body_temperature: 38.8 }, { object: 'fever', version: 2, ago: 2 * minute });
    expect(anna.alerts.at(-1)).toBe('temperature resolved withdrawn');
  });

  it('a readiness that is deleted takes the rule that needs it', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 25 })
      .reports({ readiness_score: 60 }, { object: 'r', version: 0 });
    anna.later(minute).reports({ hrv_rmssd: 25 }).later(minute);
    anna.reports({}, { object: 'r', version: 1, operation: 'delete' });
    expect(anna.alerts.at(-1)).toBe('stress_overload resolved withdrawn');
  });

  it('a superseded version is a decision that changes nothing', () => {
    const anna = createPerson().reports({ stress_level: 0.2 }, { object: 'o', version: 3 }).later(minute);
    anna.reports({ stress_level: 0.95 }, { object: 'o', version: 2 });
    expect(anna.mode).toBe('pattern');
    expect(anna.state.seq).toBe(2);
  });
});

describe('lateness', () => {
  it('is judged per metric, context and device; equal times are not late', () => {
    const anna = createPerson().reports({ stress_level: 0.2 }, { device: 'a', context: 'rest' });
    anna.reports({ stress_level: 0.9 }, { device: 'a', context: 'rest', ago: minute });
    expect(anna.mode).toBe('pattern');
    expect(
      createPerson({ state: anna.state }).reports({ stress_level: 0.9 }, { device: 'a', context: 'rest' })
        .mode,
    ).toBe('reflex');
    expect(
      createPerson({ state: anna.state }).reports(
        { stress_level: 0.9 },
        { device: 'b', context: 'rest', ago: minute },
      ).mode,
    ).toBe('reflex');
    expect(
      createPerson({ state: anna.state }).reports({ body_temperature: 39.5 }, { device: 'a', ago: minute })
        .mode,
    ).toBe('guardian');
  });

  it('late readings enter the baseline', () => {
    const anna = createPerson()
      .reports({ skin_temp: 34 }, { ago: hour })
      .reports({ skin_temp: 35 }, { ago: 5 * hour });
    anna.reports({ skin_temp: 33 }, { ago: 2 * day });
    expect(anna.state.lanes).toHaveLength(1);
  });
});

describe('alerts', () => {
  const pulse = (heart_rate: number) => ({ heart_rate });
  it('carry the decision, the mode, and words in the language of the person', () => {
    const anna = createPerson()
      .is({ language: 'de', time_zone: 'Europe/Berlin' })
      .reports({ body_temperature: 39.5 });
    expect(anna.messages('temperature')).toEqual([
      expect.objectContaining({
        kind: 'rule.temperature',
        status: 'firing',
        severity: 'warning',
        seq: 2,
        index: 0,
        mode: 'guardian',
        language: 'de',
        time_zone: 'Europe/Berlin',
        title: 'Bitte prüfen Sie, wie es Ihnen geht',
        summary: 'Körpertemperatur 39,5 °C; die Grenze ist 39,1 °C.',
        transition_id: anna.last.transition?.transition_id,
      }),
    ]);
  });

  it('name value, threshold, usual, spread, days and device', () => {
    const anna = createPerson().lived(10, pulse(60), rest).fromNow().repeats(2, minute, pulse(98.4), rest);
    const [signal] = anna.messages('pulse_high');
    expect(signal?.evidence.readings[0]).toMatchObject({
      metric: 'heart_rate',
      value: 98,
      threshold: 90,
      usual: 60,
      spread: 1.5,
      days: 10,
      source: 'apple',
      device: 'watch',
      context: 'rest',
    });
    expect(signal?.summary).toBe('Pulse 98/min at rest, above the limit of 90 (usually 60, over 10 days).');
  });

  it('that fire again within an hour of their end are reopened, later ones are new', () => {
    const anna = createPerson()
      .reports(fever)
      .later(10 * minute)
      .reports(well)
      .later(hour)
      .reports(fever);
    anna
      .later(10 * minute)
      .reports(well)
      .later(hour + second)
      .reports(fever);
    const ids = anna.messages('temperature').map(({ alert_id }) => alert_id);
    expect(ids[2]).toBe(ids[0]);
    expect(ids[4]).not.toBe(ids[0]);
  });

  it('live for 24 h after the last live reading, for 36 h after a night, for 7 days if they are slow', () => {
    const anna = createPerson()
      .reports(fever)
      .waits(24 * hour - second);
    expect(anna.open).toEqual(['temperature warning unconfirmed']);
    expect(anna.waits(second).alerts.at(-1)).toBe('temperature resolved expired');
    const ben = createPerson()
      .reports({ spo2: 88 }, night)
      .waits(36 * hour - second);
    expect(ben.open).toEqual(['spo2_low warning unconfirmed']);
    expect(ben.waits(second).open).toEqual([]);
  });

  it('that are measured again without being over are confirmed again and live on', () => {
    const anna = createPerson()
      .reports(fever)
      .waits(3 * hour)
      .reports({ body_temperature: 38.8 });
    expect(anna.alerts).toEqual([
      'temperature firing warning',
      'temperature unconfirmed warning',
      'temperature firing warning',
    ]);
    expect(anna.mode).toBe('pattern');
    expect(anna.waits(22 * hour).open).toEqual(['temperature warning unconfirmed']);
  });

  it('of a live and a night part are resolved when neither holds and the last one that held was left', () => {
    const anna = createPerson()
      .reports({ spo2: 88 }, night)
      .later(minute)
      .repeats(2, minute, { spo2: 88 }, rest);
    expect(anna.open).toEqual(['spo2_low critical']);
    anna.later(minute).repeats(2, 2 * minute, { spo2: 97 }, rest);
    expect(anna.open).toEqual(['spo2_low critical']);
    anna.later(day).reports({ spo2: 96 }, night);
    expect(anna.open).toEqual([]);
  });

  it('stay when the part that held last went stale, although the other one is over', () => {
    const anna = createPerson()
      .repeats(2, minute, { spo2: 88 }, rest)
      .reports({ spo2: 88 }, night)
      .waits(35 * hour + minute);
    expect(anna.open).toEqual(['spo2_low critical unconfirmed']);
    anna.repeats(2, 2 * minute, { spo2: 97 }, rest);
    expect(anna.open).toEqual(['spo2_low critical unconfirmed']);
  });
});
