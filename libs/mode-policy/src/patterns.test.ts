import { describe, expect, it } from 'vitest';
import { createPerson, day, hour, minute, noon, rules } from '../test/policy-story.ts';
import { recurringPatterns, withRise } from './recurring.ts';

const asleep = { context: 'sleep', statistic: 'average' } as const;
type Person = ReturnType<typeof createPerson>;
const kinds = (anna: Person) => anna.decisions.flatMap(({ patterns }) => patterns.map(({ kind }) => kind));

describe('a recurring pattern', () => {
  it('is reported when the mode rises on the third day in the same part of the day', () => {
    const anna = createPerson();
    for (let one = 0; one < 3; one += 1) anna.reports({ heart_rate: 110 }).later(one === 0 ? 23 * hour : day);
    expect(anna.decisions.filter(({ patterns }) => patterns.length > 0)).toHaveLength(0);
    const other = createPerson();
    for (let one = 0; one < 3; one += 1) other.reports({ heart_rate: 110 }).later(day + hour);
    expect(other.last.patterns).toEqual([{ kind: 'recurring_time', fromHour: 12, toHour: 15 }]);
  });

  it('is reported when the mode rises on the third same weekday', () => {
    const anna = createPerson();
    for (let one = 0; one < 3; one += 1) anna.reports({ recovery_score: 20 }).later(7 * day + 5 * hour);
    expect(anna.last.patterns).toEqual([{ kind: 'recurring_weekday', weekday: 4 }]);
  });

  it('counts each day once, and forgets old days', () => {
    const anna = createPerson();
    for (let one = 0; one < 5; one += 1) anna.reports({ heart_rate: 110 }).later(20 * minute);
    expect(kinds(anna)).toEqual([]);
    for (let one = 0; one < 4; one += 1) anna.later(30 * day).reports({ heart_rate: 110 });
    expect(kinds(anna)).toEqual([]);
  });

  it('uses the local time of the person, and the last twelve rises', () => {
    let rises = '';
    for (let one = 0; one < 20; one += 1) rises = withRise(rises, noon + one * day, 13 * 60);
    expect(rises).toHaveLength(36);
    expect(recurringPatterns(rises, rules)).toContainEqual({
      kind: 'recurring_time',
      fromHour: 0,
      toHour: 3,
    });
    expect(recurringPatterns('', rules)).toEqual([]);
  });

  it('does not count switches to hypothesis', () => {
    expect(createPerson().reports({ hrv_rmssd: 18, heart_rate: 48 }).state.rises).toBe('');
  });
});

describe('nights', () => {
  const quiet = (one: number) => ({ hrv_rmssd: 60 + (one % 3) });

  it('yield nothing before there are enough of them', () => {
    const anna = createPerson().lived(5, quiet, asleep);
    expect(anna.last.insights).toEqual([]);
    expect(anna.reports(quiet(5), asleep).last.insights.map(({ kind }) => kind)).toEqual([
      'hrv_band',
      'hrv_weekly_cv',
    ]);
    const sparse = createPerson()
      .later(-20 * day)
      .lived(6, quiet, asleep)
      .later(18 * day);
    expect(sparse.reports(quiet(0), asleep).last.insights).toEqual([]);
  });

  it('yield the band, and the coefficient of variation over a week', () => {
    const [band, cv] = createPerson().lived(10, quiet, asleep).last.insights;
    expect(band).toMatchObject({ kind: 'hrv_band', side: 'inside' });
    expect(cv).toMatchObject({ kind: 'hrv_weekly_cv', nights: 7 });
    expect(cv && 'percent' in cv ? cv.percent : 0).toBeCloseTo(0.33, 1);
  });

  it('report once when the band is left below or above, and when it is reached again', () => {
    const down = createPerson().lived(
      30,
      (one) => (one < 20 || one > 24 ? quiet(one) : { hrv_rmssd: 40 }),
      asleep,
    );
    expect(kinds(down).filter((kind) => kind.startsWith('band'))).toEqual(['band_exit', 'band_return']);
    const up = createPerson().lived(25, (one) => (one < 20 ? quiet(one) : { hrv_rmssd: 90 }), asleep);
    expect(up.decisions.flatMap(({ patterns }) => patterns)).toContainEqual({
      kind: 'band_exit',
      side: 'above',
    });
  });

  it.each([
    ['falling', -1],
    ['rising', 1],
  ])('report a %s trend once', (direction, sign) => {
    const anna = createPerson().lived(
      20,
      (one) => ({ hrv_rmssd: 80 + sign * Math.max(0, one - 4) * 1.2 }),
      asleep,
    );
    const trends = anna.decisions.flatMap(({ patterns }) => patterns.filter(({ kind }) => kind === 'trend'));
    expect(trends).toEqual([{ kind: 'trend', direction }]);
  });

  it('without any variability have no coefficient', () => {
    expect(createPerson().lived(8, { hrv_rmssd: 1 }, asleep).last.insights).toHaveLength(1);
  });

  it('use their means when there are samples as well, and the newest series', () => {
    const anna = createPerson()
      .lived(8, quiet, { context: 'sleep' })
      .later(-2 * day)
      .lived(8, { hrv_rmssd: 80 }, asleep)
      .later(2 * day);
    const side = () =>
      anna.last.insights.map((one) => ('mean' in one ? Math.round(Math.exp(one.mean)) : 0))[0];
    anna.reports({ hrv_rmssd: 61 }, { context: 'sleep' });
    expect(side()).toBe(61);
    anna.reports({ hrv_rmssd: 80 }, asleep);
    expect(side()).toBe(80);
  });

  it('keep trend and band when a live RMSSD arrives', () => {
    expect(createPerson().lived(10, quiet, asleep).reports({ hrv_rmssd: 20 }).last.insights).toEqual([]);
  });
});
