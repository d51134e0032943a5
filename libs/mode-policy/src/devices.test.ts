import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, noon, second } from '../test/policy-story.ts';
import { deviceMark } from './devices.ts';
import { eventOf } from '../test/policy-story.ts';

const ring = { source: 'oura' } as const;
const strap = { source: 'whoop' } as const;
const night = { context: 'sleep', statistic: 'average' } as const;

describe('two devices disagree', () => {
  it.each([
    ['on a pulse 21 apart', { heart_rate: 60 }, { heart_rate: 81 }, minute, true],
    ['not on a pulse 20 apart', { heart_rate: 60 }, { heart_rate: 80 }, minute, false],
    ['on a pulse within 2 minutes', { heart_rate: 60 }, { heart_rate: 85 }, 2 * minute, true],
    ['not on a pulse later than that', { heart_rate: 60 }, { heart_rate: 85 }, 2 * minute + 1, false],
    ['on a SpO2 4 points apart', { spo2: 98 }, { spo2: 94 }, 10 * minute, true],
    ['not on a SpO2 3.9 points apart', { spo2: 98 }, { spo2: 94.1 }, minute, false],
    ['not on a SpO2 later than 10 minutes', { spo2: 98 }, { spo2: 92 }, 10 * minute + 1, false],
    ['never on scores', { recovery_score: 95 }, { recovery_score: 45 }, minute, false],
  ])('%s', (_, first, then, apart, fires) => {
    const anna = createPerson().reports(first, ring).later(apart).reports(then, strap);
    expect(anna.last.rulesFired.includes('devices_disagree')).toBe(fires);
    expect(anna.mode).toBe(fires ? 'hypothesis' : 'pattern');
  });

  it.each([
    ['a factor 1.5 apart', 40, 60, true],
    ['less apart', 40, 59.9, false],
    ['the other way round', 60, 40, true],
  ])('on the RMSSD of one night %s', (_, a, b, fires) => {
    const anna = createPerson()
      .reports({ hrv_rmssd: a }, { ...ring, ...night })
      .later(hour);
    anna.reports({ hrv_rmssd: b }, { ...strap, ...night, ago: 2 * hour });
    expect(anna.last.rulesFired.includes('devices_disagree')).toBe(fires);
  });

  it('not on the RMSSD of two nights, nor on one of many samples, nor on live ones', () => {
    const first = () => createPerson().reports({ hrv_rmssd: 40 }, { ...ring, ...night, ago: 13 * hour });
    expect(first().reports({ hrv_rmssd: 80 }, { ...strap, ...night }).mode).toBe('pattern');
    const sample = (value: number) => ({ metric: 'hrv_rmssd', value, unit: 'ms', context: 'sleep' as const });
    expect(
      createPerson()
        .reports({ hrv_rmssd: 40 }, { ...ring, ...night })
        .reports({}, { ...strap, readings: [sample(80), sample(81)] }).mode,
    ).toBe('pattern');
    expect(createPerson().reports({ hrv_rmssd: 40 }, ring).reports({ hrv_rmssd: 80 }, strap).mode).toBe(
      'pattern',
    );
  });

  it('on a night that a device reports as its only value', () => {
    const anna = createPerson().reports({ hrv_rmssd: 40 }, { ...ring, ...night });
    expect(anna.reports({ hrv_rmssd: 80 }, { ...strap, context: 'sleep' }).mode).toBe('hypothesis');
  });

  it('even by a signal that is late compared with the other device', () => {
    const anna = createPerson()
      .reports({ heart_rate: 60 }, ring)
      .reports({ heart_rate: 90 }, { ...strap, ago: minute });
    expect(anna.last.transition).toMatchObject({
      to: 'hypothesis',
      reason: 'devices_disagree',
      confidence: 0.75,
    });
  });

  it('when both come from one vendor', () => {
    const anna = createPerson().reports({ heart_rate: 60 }, { ...ring, device: 'a' });
    expect(anna.reports({ heart_rate: 90 }, { ...ring, device: 'b' }).mode).toBe('hypothesis');
    expect(deviceMark(eventOf(noon, {}, ring))).not.toBe(deviceMark(eventOf(noon, {}, strap)));
  });

  it('not while one of them is active', () => {
    const active = { ...strap, context: 'active' } as const;
    expect(createPerson().reports({ heart_rate: 60 }, ring).reports({ heart_rate: 95 }, active).mode).toBe(
      'pattern',
    );
    const anna = createPerson()
      .reports({ heart_rate: 95 }, { ...strap, ago: minute })
      .reports({ heart_rate: 95 }, active);
    expect(anna.reports({ heart_rate: 60 }, ring).mode).toBe('pattern');
    const unknown = createPerson()
      .reports({ distance: 1 }, { type: 'workout', over: hour })
      .reports({ heart_rate: 60 }, ring);
    expect(unknown.reports({ heart_rate: 95 }, strap).mode).toBe('pattern');
  });
});

describe('the disagreement of two devices', () => {
  const given = () =>
    createPerson()
      .reports({ heart_rate: 60 }, ring)
      .reports({ heart_rate: 90 }, strap)
      .later(6 * minute);

  it('is over when they agree', () => {
    const anna = given().reports({ heart_rate: 61 }, ring).reports({ heart_rate: 65 }, strap);
    expect(anna.last.transition).toMatchObject({ to: 'pattern', reason: 'hypothesis_refuted' });
  });

  it('continues while their signals are of different moments', () => {
    expect(given().reports({ heart_rate: 61 }, ring).last.rulesHeld).toEqual(['devices_disagree']);
  });

  it('is over when one is stale', () => {
    const anna = given().reports({ heart_rate: 61 }, ring);
    expect(anna.due).toBe(noon + 10 * minute + 1);
    expect(anna.waits(5 * minute).mode).toBe('pattern');
  });

  it('on one metric is not settled by another', () => {
    const anna = given().reports({ spo2: 97 }, ring).reports({ spo2: 97 }, strap);
    expect(anna.last.rulesHeld).toEqual(['devices_disagree']);
  });

  it('on two metrics appears as one rule', () => {
    const anna = createPerson()
      .reports({ heart_rate: 60, spo2: 99 }, ring)
      .reports({ heart_rate: 90, spo2: 94 }, strap);
    expect(anna.last.rulesFired).toEqual(['devices_disagree']);
    expect(anna.last.hypotheses).toHaveLength(2);
  });

  it('of three devices is measured between the two that are farthest apart', () => {
    const third = { source: 'apple' } as const;
    const anna = createPerson()
      .reports({ heart_rate: 60 }, ring)
      .reports({ heart_rate: 85 }, strap)
      .reports({ heart_rate: 95 }, third);
    expect(anna.last.evidence.map(({ value }) => value).toSorted()).toEqual([60, 95]);
    expect(anna.last.evidence.map(({ source }) => source).toSorted()).toEqual(['apple', 'oura']);
  });
});

describe('the kept value of a device', () => {
  it('is the newest of each, of at most three per metric', () => {
    const anna = createPerson().reports({ spo2: 97 }, ring);
    for (let one = 0; one < 5; one += 1)
      anna.later(second).reports({ heart_rate: 60 }, { source: `s${one}` });
    expect(anna.state.devices).toHaveLength(4);
    anna.reports({ heart_rate: 62 }, { source: 's4', ago: minute });
    expect(anna.state.devices.map(([, , , value]) => value)).toContain(60);
    expect(
      anna.later(day).reports({ spo2: 97 }, ring).reports({ spo2: 97 }, strap).state.devices,
    ).toHaveLength(2);
  });

  it('is the newest value of an event in any context', () => {
    const reading = (value: number, context: 'rest' | 'unknown', end: string) => ({
      metric: 'heart_rate',
      value,
      unit: '/min',
      context,
      end,
    });
    const [early, late] = ['2026-11-20T11:58:00Z', '2026-11-20T11:59:00Z'];
    for (const readings of [
      [reading(60, 'rest', early), reading(70, 'unknown', late)],
      [reading(70, 'unknown', late), reading(60, 'rest', early)],
    ]) {
      expect(
        createPerson()
          .reports({}, { readings })
          .state.devices.map(([, , , value]) => value),
      ).toEqual([70]);
    }
  });

  it('is never stale or ahead of time', () => {
    expect(createPerson().reports({ heart_rate: 60 }, { ago: hour }).state.devices).toEqual([]);
    expect(createPerson().reports({ heart_rate: 60 }, { ago: -hour }).state.devices).toEqual([]);
  });
});
