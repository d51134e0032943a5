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

// Situations of daily life in which the policy once failed people.

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };
const unknown: EventOptions = { source: 'apple', device: 'watch' };
const live = { heart_rate: 60 };

/** Nights with some variation, so that spreads are those of a person. */
const varied = (base: number, spread: number) => (one: number) => base + spread * Math.sin(one * 2.4);

function withNights(days = 28, rmssd = 50, pulse = 55) {
  return createPerson().lived(
    days,
    (one) => ({ hrv_rmssd: varied(rmssd, rmssd * 0.08)(one), heart_rate: varied(pulse, 1.5)(one + 1) }),
    night,
  );
}

describe('a healthy person', () => {
  it('with a usual RMSSD of 18 ms, a night of 18 and a readiness of 66 stays in pattern', () => {
    const anna = withNights(28, 18).fromNow();
    anna
      .reports({ hrv_rmssd: 18, heart_rate: 55 }, night)
      .reports({ readiness_score: 66 }, { type: 'readiness', ago: hour });
    expect(anna.mode).toBe('pattern');
    expect(anna.alerts).toEqual([]);
  });

  it('who runs while the context is unknown is asked at most, and the workout refutes the question', () => {
    const anna = createPerson().reports(live, unknown).fromNow();
    anna.later(hour).repeats(13, 5 * minute, { heart_rate: 150 }, unknown);
    expect(anna.open).toEqual(['pulse_unexplained info']);
    anna.later(hour);
    anna.reports(
      {},
      {
        source: 'apple',
        type: 'workout',
        readings: [
          {
            metric: 'workout_duration',
            value: 3600,
            unit: 's',
            start: new Date(anna.now - 2 * hour).toISOString(),
            end: new Date(anna.now - hour).toISOString(),
          },
        ],
      },
    );
    expect(anna.open).toEqual([]);
    expect(anna.alerts.at(-1)).toBe('pulse_unexplained resolved withdrawn');
    expect(anna.insights).toContain('hypothesis_settled pulse_unexplained refuted');
    expect(anna.alerts.some((one) => one.includes('critical'))).toBe(false);
  });

  it('who climbs stairs to 115 for 2 minutes is left alone', () => {
    const anna = createPerson().reports(live, unknown).fromNow();
    anna.later(5 * minute).repeats(5, 30 * second, { heart_rate: 115 }, unknown);
    anna.later(5 * minute).repeats(5, 30 * second, { heart_rate: 115 }, { ...unknown, motion: 'active' });
    expect(anna.mode).toBe('pattern');
    expect(anna.alerts).toEqual([]);
  });

  it('who walks at 86 is left alone', () => {
    const anna = createPerson().repeats(12, 5 * minute, { heart_rate: 86 }, unknown);
    expect(anna.mode).toBe('pattern');
    expect(anna.alerts).toEqual([]);
  });

  it('an athlete whose usual is 44 may have 38', () => {
    const anna = createPerson().lived(10, { heart_rate: 44 }, rest).fromNow();
    anna.repeats(3, minute, { heart_rate: 38 }, rest);
    expect(anna.mode).toBe('pattern');
    expect(anna.alerts).toEqual([]);
  });

  it('one SpO2 sample of 84 is no alarm', () => {
    const anna = createPerson().reports({ spo2: 97 }, rest).fromNow();
    anna
      .later(30 * minute)
      .reports({ spo2: 84 }, rest)
      .later(30 * minute)
      .reports({ spo2: 97 }, rest);
    anna.later(30 * minute).reports({ spo2: 97 }, rest);
    expect(anna.alerts).toEqual([]);
  });

  it('a child of six may have 104', () => {
    const anna = createPerson().is({ birth_year: 2020 }).fromNow();
    anna.repeats(3, minute, { heart_rate: 104 }, rest);
    expect(anna.mode).toBe('pattern');
    expect(anna.alerts).toEqual([]);
  });

  it('on SpO2 scale 2, 90 is nothing and 83 twice is critical', () => {
    const anna = createPerson().is({ spo2_scale: 2 }).fromNow();
    anna.repeats(3, minute, { spo2: 90 }, rest);
    expect(anna.alerts).toEqual([]);
    anna.later(minute).repeats(2, minute, { spo2: 83 }, rest);
    expect(anna.open).toEqual(['spo2_low critical']);
    expect(anna.mode).toBe('reflex');
  });

  it('after three drinks is told at most an info', () => {
    const anna = withNights().fromNow();
    anna.reports({ hrv_rmssd: 50 * 0.68, heart_rate: 64 }, night);
    expect(anna.alerts).not.toEqual([]);
    expect(anna.alerts.filter((one) => !one.endsWith('info'))).toEqual([]);
  });
});

describe('a device', () => {
  it('whose clock is 4 minutes ahead makes nothing of another device late', () => {
    const anna = createPerson();
    const ahead: EventOptions = { ...rest, device: 'strap', ago: -4 * minute };
    anna.reports({ heart_rate: 70 }, ahead);
    anna.later(minute).reports({ heart_rate: 140 }, { ...rest, ago: 30 * second });
    anna.later(2 * minute).reports({ heart_rate: 140 }, rest);
    expect(anna.open).toContain('pulse_high critical');
  });

  it('that contradicts another one raises a question, and no alarm', () => {
    const anna = createPerson();
    const strap: EventOptions = { ...rest, device: 'strap' };
    anna
      .reports({ heart_rate: 150 }, rest)
      .later(30 * second)
      .reports({ heart_rate: 62 }, strap);
    anna.later(30 * second).reports({ heart_rate: 150 }, rest);
    expect(anna.open).toEqual(['devices_disagree info']);
    expect(anna.mode).toBe('hypothesis');
  });

  it('of a new source is learnt before it is judged', () => {
    const anna = withNights(28, 60).fromNow();
    const strap: EventOptions = { ...night, source: 'whoop', type: 'recovery' };
    for (let one = 0; one < 5; one += 1)
      anna.later(day).reports({ hrv_rmssd: 28, readiness_score: 60 }, strap);
    expect(anna.alerts).toEqual([]);
    expect(anna.insights.filter((one) => one === 'device_learning')).not.toEqual([]);
  });

  it('worn with another one in one night is judged once', () => {
    const strap: EventOptions = { ...night, source: 'whoop' };
    const both = createPerson({ now: noon - 28 * day });
    for (let one = 0; one < 28; one += 1) {
      both.reports({ hrv_rmssd: varied(50, 4)(one) }, night);
      if (one > 5) both.reports({ hrv_rmssd: varied(55, 4)(one) }, strap);
      both.later(day);
    }
    both.fromNow().reports({ hrv_rmssd: 36 }, night).later(minute).reports({ hrv_rmssd: 40 }, strap);
    expect(both.alerts.filter((one) => one.startsWith('rmssd_drop'))).toEqual(['rmssd_drop firing info']);
  });
});

describe('an acute change', () => {
  it('a fever of 40.6 with a pulse of 135 is critical', () => {
    const anna = createPerson().reports({ body_temperature: 40.6, heart_rate: 135 }, { source: 'manual' });
    expect(anna.open).toContain('temperature critical');
    expect(anna.mode).toBe('reflex');
  });

  it('silence after a pulse of 150 at rest is not recovery', () => {
    const anna = createPerson()
      .reports(live, rest)
      .later(minute)
      .repeats(2, minute, { heart_rate: 150 }, rest);
    expect(anna.open).toEqual(['pulse_high critical']);
    anna.waits(2 * hour);
    expect(anna.open).toEqual(['pulse_high critical unconfirmed']);
    expect(anna.mode).toBe('pattern');
    expect(anna.messages('pulse_high').at(-1)?.unconfirmed_since).toBe('2026-11-20T12:02:00.000Z');
  });

  it('readings of 52 and 118 in turns are irregular, and not a high pulse', () => {
    const anna = createPerson();
    for (let one = 0; one < 8; one += 1) {
      anna.reports({ heart_rate: one % 2 === 0 ? 52 : 118 }, rest).later(45 * second);
    }
    expect(anna.open).toEqual(['pulse_irregular info']);
  });

  it('a night of 75 ms with a usual of 120 is a drop', () => {
    const anna = withNights(28, 120).fromNow().reports({ hrv_rmssd: 75, heart_rate: 55 }, night);
    expect(anna.open).toContain('rmssd_drop info');
    expect(anna.mode).toBe('reflex');
  });

  it('98 at rest twice is high for somebody on a beta blocker whose usual is 54', () => {
    const anna = createPerson().lived(10, { heart_rate: 54 }, rest).fromNow();
    anna.repeats(2, minute, { heart_rate: 98 }, rest);
    expect(anna.open).toEqual(['pulse_high warning']);
    expect(anna.mode).toBe('reflex');
  });

  it("altitude's low SpO2 that is synced 65 minutes late raises the same alert as at once", () => {
    const readings = [0, 10, 20].map((after) => ({
      metric: 'spo2',
      value: 88,
      unit: '%',
      context: 'sleep' as const,
      start: new Date(noon + after * minute - 2 * hour).toISOString(),
      end: new Date(noon + after * minute).toISOString(),
    }));
    const atOnce = createPerson({ now: noon + 20 * minute }).reports({}, { type: 'sleep', readings });
    const late = createPerson({ now: noon + 85 * minute }).reports({}, { type: 'sleep', readings });
    expect(atOnce.open).toEqual(['spo2_low warning']);
    expect(late.open).toEqual(atOnce.open);
  });
});

describe('nights', () => {
  it('as of atrial fibrillation: a question, the second a warning', () => {
    const anna = withNights(28, 40, 55).fromNow();
    anna.reports({ hrv_rmssd: 90, heart_rate: 66 }, night);
    expect(anna.open).toContain('hrv_and_pulse_high info');
    expect(anna.messages('hrv_and_pulse_high')[0]?.question).toMatch(/How do you feel/);
    anna.later(day).reports({ hrv_rmssd: 95, heart_rate: 67 }, night);
    expect(anna.open).toContain('hrv_and_pulse_high warning');
  });

  it('corrected after a preliminary value are withdrawn', () => {
    const anna = withNights(28, 60).fromNow();
    anna.reports({ hrv_rmssd: 44, heart_rate: 55 }, { ...night, object: 'night', version: 1 });
    expect(anna.open).toContain('rmssd_drop info');
    anna
      .later(hour)
      .reports({ hrv_rmssd: 58, heart_rate: 55 }, { ...night, ago: 2 * hour, object: 'night', version: 2 });
    expect(anna.alerts).toContain('rmssd_drop resolved withdrawn');
    expect(anna.open).toEqual([]);
  });

  it('25 hours old fire nothing', () => {
    const anna = withNights(28, 60).fromNow();
    anna.reports({ hrv_rmssd: 30, heart_rate: 60 }, { ...night, ago: 25 * hour });
    expect(anna.alerts).toEqual([]);
  });

  it('that ended before the alarm and are synced after it end nothing', () => {
    const anna = createPerson().repeats(2, minute, { heart_rate: 140 }, rest);
    anna.reports({ heart_rate: 55 }, { ...night, ago: 6 * hour });
    anna.later(3 * minute).reports({ heart_rate: 55 }, { ...night, ago: 6 * hour, source: 'whoop' });
    expect(anna.open).toEqual(['pulse_high critical']);
  });

  it('with a low SpO2 stay a warning although it is good by day', () => {
    const anna = createPerson().reports({ spo2: 88 }, night);
    anna.later(hour).repeats(4, 10 * minute, { spo2: 97 }, rest);
    expect(anna.open).toEqual(['spo2_low warning']);
  });

  const follicular = (one: number) => ({
    hrv_rmssd: varied(50, 4)(one),
    heart_rate: varied(55, 1.5)(one + 1),
    skin_temp_deviation: varied(0, 0.15)(one + 2),
    respiratory_rate: varied(14, 0.4)(one + 3),
  });
  const luteal = (one: number) => {
    const { hrv_rmssd, heart_rate, skin_temp_deviation, ...others } = follicular(one);
    const phase = { hrv_rmssd: hrv_rmssd * 0.88, heart_rate: heart_rate + 4 };
    return { ...others, ...phase, skin_temp_deviation: skin_temp_deviation + 0.3 };
  };

  it.each([20, 30, 45, 60])(
    'of the first luteal phase after %i days raise nothing beyond an info, and an illness after them does',
    (days) => {
      const anna = createPerson().lived(days, follicular, night).fromNow().lived(0, {});
      for (let one = 0; one < 13; one += 1) anna.reports(luteal(days + one), night).later(day);
      expect(anna.alerts.length).toBeGreaterThan(0);
      expect(anna.alerts.filter((one) => !/info|resolved/.test(one))).toEqual([]);
      const ill = { heart_rate: 61, hrv_rmssd: 40, skin_temp_deviation: 1, respiratory_rate: 16.5 };
      anna.reports(ill, night).later(day).reports(ill, night);
      expect(anna.open).toContain('illness_watch warning');
    },
  );
});

describe('an illness', () => {
  const well = (one: number) => ({
    hrv_rmssd: varied(50, 4)(one),
    heart_rate: varied(55, 1.5)(one + 1),
    respiratory_rate: varied(14, 0.4)(one + 2),
    skin_temp_deviation: varied(0, 0.15)(one + 3),
  });
  const ill = { hrv_rmssd: 40, heart_rate: 61, respiratory_rate: 16.5, skin_temp_deviation: 1 };

  it('is found by the second night of a ring', () => {
    const anna = createPerson().lived(50, well, night).fromNow();
    anna.reports(ill, night).later(day).reports(ill, night);
    expect(anna.open.some((one) => one.startsWith('illness_watch'))).toBe(true);
  });

  it('with a day that is missing is one alert', () => {
    const anna = createPerson().lived(50, well, night).fromNow();
    anna
      .reports(ill, night)
      .later(day)
      .reports(ill, night)
      .later(2 * day)
      .reports(ill, night);
    const ids = new Set(anna.messages('illness_watch').map(({ alert_id }) => alert_id));
    expect(ids.size).toBe(1);
  });
});
