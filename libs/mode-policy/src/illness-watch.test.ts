import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  hour,
  minute,
  night,
  noon,
  type EventOptions,
  type Values,
} from '../test/policy-story.ts';

/** A usual person: every part has its least spread. */
const well: Values = { hrv_rmssd: 50, heart_rate: 55, respiratory_rate: 14, skin_temp_deviation: 0 };
const usual = (days = 40) => createPerson().lived(days, well, night).fromNow();
/** All parts so many spreads off, in the direction of an illness. */
const ill = (z: number): Values => ({
  hrv_rmssd: 50 * Math.exp(-z * 0.1),
  heart_rate: 55 + z * 1.5,
  respiratory_rate: 14 + z * 0.5,
  skin_temp_deviation: z * 0.15,
});
const scores = (anna: ReturnType<typeof createPerson>) => anna.state.illness.map(([, score]) => score);
const of = (anna: ReturnType<typeof createPerson>) => anna.open.filter((one) => one.startsWith('illness'));
/** The mean of equal z. */
const u = (z: number) => (z * 3.3) / Math.sqrt(3.09);

describe('the score of a day', () => {
  it('is that of the day before, decayed, and the weighted parts', () => {
    const anna = usual().reports(ill(1), night);
    expect(scores(anna).at(-1)).toBeCloseTo(u(1) - 0.55, 2);
    anna.later(day).reports(ill(1), night);
    expect(scores(anna).at(-1)).toBeCloseTo(0.95 * (u(1) - 0.55) + u(1) - 0.55, 2);
  });

  it('limits a part to three spreads, and itself to 0 … 6', () => {
    expect(scores(usual().reports(ill(9), night)).at(-1)).toBeCloseTo(u(3) - 0.55, 2);
    expect(scores(usual().reports(ill(-2), night)).at(-1)).toBe(0);
    const anna = usual();
    for (let one = 0; one < 4; one += 1) anna.reports(ill(3), night).later(day);
    expect(scores(anna).at(-1)).toBe(6);
  });

  it('needs a part of the body and two parts in all, each with a settled usual', () => {
    expect(scores(usual(14).reports(ill(2), night))).toEqual([]);
    expect(scores(usual(19).reports(ill(2), night)).length).toBeGreaterThan(0);
    const one = createPerson().lived(40, { heart_rate: 55 }, night).reports({ heart_rate: 60 }, night);
    expect(scores(one)).toEqual([]);
  });

  it('is told as an insight every day, with its parts', () => {
    const anna = usual().reports(ill(1), night);
    const told = anna.last.insights.find(({ kind }) => kind === 'illness_score');
    expect(told?.data).toEqual({
      day: '2026-11-20',
      score: 1.3,
      pulse: 1,
      temperature: 1,
      respiration: 1,
      ln_rmssd: -1,
    });
  });

  it('is 0 again after more than 7 days without one', () => {
    const after = (days: number) => {
      const anna = usual().reports(ill(2), night);
      return scores(anna.later(days * day).reports(ill(0.5), night)).at(-1);
    };
    expect(after(7)).toBeCloseTo(0.95 * (u(2) - 0.55) + u(0.5) - 0.55, 1);
    expect(after(8)).toBeCloseTo(u(0.5) - 0.55, 1);
  });
});

describe('the alert', () => {
  it('is an info above 3, a warning above 5.5, and ends below 2', () => {
    // Without a temperature, so that no luteal phase explains anything.
    const without = ({ skin_temp_deviation, ...others }: Values): Values =>
      skin_temp_deviation === undefined ? {} : others;
    const anna = createPerson().lived(40, without(well), night).fromNow();
    const reports = (z: number) => anna.reports(without(ill(z)), night).later(day);
    expect(of(reports(1.5))).toEqual([]);
    expect([of(reports(1.5)), anna.mode]).toEqual([['illness_watch info'], 'guardian']);
    expect(scores(reports(1.5)).at(-1)).toBeCloseTo(5.25, 1);
    expect(of(anna)).toEqual(['illness_watch info']);
    expect(of(reports(1.5))).toEqual(['illness_watch warning']);
    for (let one = 0; one < 3; one += 1) reports(-1.5);
    expect(of(anna)).toEqual([]);
    expect(anna.alerts.at(-1)).toBe('illness_watch resolved recovered');
  });

  it('is an info above 5.5 as long as a luteal phase explains it, in pulse and temperature', () => {
    // So much of each part comes from the phase: 4/min, 0.3 K, 12 %.
    const phase = { ...well, heart_rate: 59, skin_temp_deviation: 0.3, hrv_rmssd: 44 };
    const after = (values: Values, nights: number) =>
      usual().repeats(nights, day, { ...phase, ...values }, night);
    expect(scores(after({}, 4)).at(-1)).toBe(6);
    expect(of(after({}, 4))).toEqual(['illness_watch info']);
    expect(of(after({ respiratory_rate: 15.5 }, 4))).toEqual(['illness_watch warning']);
    const { skin_temp_deviation, ...others } = phase;
    expect(skin_temp_deviation).toBe(0.3);
    const cold = createPerson()
      .lived(40, { hrv_rmssd: 50, heart_rate: 55, respiratory_rate: 14 }, night)
      .repeats(6, day, { ...others, respiratory_rate: 14.5 }, night);
    expect(of(cold)).toEqual(['illness_watch warning']);
  });

  it('is a warning above 5.5 where a pulse is missing, in which a phase would show', () => {
    const values = (z: number): Values => ({ respiratory_rate: 14 + 0.5 * z, skin_temp_deviation: 0.15 * z });
    const anna = createPerson().lived(40, values(0), night).repeats(2, day, values(2.9), night);
    expect(of(anna)).toEqual(['illness_watch warning']);
  });

  it('fires nothing for a night that is no longer fresh', () => {
    const anna = usual().later(2 * day);
    anna
      .reports(ill(3), { ...night, ago: 26 * hour })
      .reports(ill(3), { ...night, ago: 25 * hour, source: 'x' });
    expect(of(anna)).toEqual([]);
  });

  it('lives for seven days', () => {
    const anna = usual().reports(ill(3), night).later(day).reports(ill(3), night);
    expect(anna.waits(7 * day - hour).open).toContain('illness_watch warning unconfirmed');
    expect(of(anna.waits(hour))).toEqual([]);
  });
});

describe('a day', () => {
  const steps: EventOptions = { source: 'oura', type: 'activity', over: day };
  const walking = () => {
    const anna = createPerson({ now: noon - 40 * day });
    for (let one = 0; one < 40; one += 1) {
      anna
        .reports({ steps: 8_000 }, { ...steps, ago: 12 * hour })
        .reports(well, night)
        .later(day);
    }
    return anna.fromNow();
  };

  it('waits until noon for a part that usually comes, and is judged by a tick then', () => {
    const anna = walking()
      .later(-6 * hour)
      .reports(ill(1.5), { ...night, ago: minute });
    expect(anna.state.illness.at(-1)?.[0]).toBe(20_776);
    expect(anna.state.waitingDay).toBe(20_777);
    expect(anna.due).toBe(anna.now + 6 * hour);
    expect(of(anna.waits(6 * hour))).toEqual([]);
    expect(anna.state.illness.at(-1)?.[0]).toBe(20_777);
    anna.later(18 * hour).reports(ill(1.5), { ...night, ago: minute });
    expect(of(anna)).toEqual([]);
    expect(of(anna.waits(6 * hour))).toEqual(['illness_watch info']);
  });

  it('is judged at once when every usual part is there, and anew when one comes later', () => {
    const anna = walking()
      .later(-6 * hour)
      .reports(ill(2), { ...night, ago: minute });
    anna.later(minute).reports({ steps: 2_000 }, { ...steps, ago: 6 * hour });
    expect(anna.state.illness.at(-1)?.[0]).toBe(20_777);
    const late = walking()
      .later(-6 * hour)
      .reports(ill(2), { ...night, ago: minute })
      .waits(7 * hour);
    const before = scores(late).at(-1) ?? 0;
    late.reports({ steps: 1_000 }, { ...steps, ago: 13 * hour });
    expect(scores(late).at(-1)).toBeGreaterThan(before);
  });

  it('up to eight days back is judged anew with the days after it', () => {
    const anna = usual();
    for (let one = 0; one < 3; one += 1)
      anna.reports(ill(1), { ...night, object: `n${one}`, version: 0 }).later(day);
    const before = scores(anna);
    anna.reports(ill(0), { ...night, ago: 3 * day + hour, object: 'n0', version: 1 });
    const after = scores(anna);
    expect(after.length).toBe(before.length);
    expect(after.at(-1)).toBeLessThan(before.at(-1) ?? 0);
  });

  it('a waking resting pulse counts with the night after it, before a lowest or a mean one', () => {
    const watch: EventOptions = { source: 'apple' };
    const anna = createPerson();
    for (let one = 0; one < 40; one += 1)
      anna
        .reports({ resting_heart_rate: 58 }, watch)
        .reports({ ...well, heart_rate: 50 }, night)
        .later(day);
    anna
      .fromNow()
      .reports({ resting_heart_rate: 62.5 }, watch)
      .later(day)
      .reports({ respiratory_rate: 14, heart_rate: 50 }, night);
    const told = anna.decisions
      .flatMap(({ insights }) => insights)
      .filter(({ kind }) => kind === 'illness_score');
    expect(told.at(-1)?.data).toMatchObject({ pulse: 3 });
  });
});
