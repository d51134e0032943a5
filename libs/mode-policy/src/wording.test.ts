import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  givenRules,
  hour,
  minute,
  night,
  rules,
  type EventOptions,
} from '../test/policy-story.ts';
import { compose } from './compose.ts';
import type { InsightFacts } from './insights.ts';
import { toldMetrics } from './lane-kinds.ts';
import type { PersonState } from './person-state.ts';
import { restoreState, storeState } from './state-format.ts';

const rest: EventOptions = { context: 'rest' };

describe('the words of a rule with two sides are those of the side that the value is on', () => {
  it.each([
    [34, /Get warm/],
    [35, /Get warm/],
    [39.1, /Drink, rest/],
    [39.2, /Drink, rest/],
    [40.4, /Drink, rest/],
    [40.5, /Drink, rest/],
    [40.6, /Drink, rest/],
  ])('a temperature of %s °C', (body_temperature, advice) => {
    const anna = createPerson().reports({ body_temperature });
    for (const message of anna.messages('temperature')) expect(message.advice).toMatch(advice);
    expect(anna.transitions.at(-1)?.advice).toMatch(advice);
  });

  it.each([
    [7, /8 or fewer is too slow/, /hard to wake/],
    [8, /8 or fewer is too slow/, /hard to wake/],
    [25, /25 or more is too fast/, /Sit upright/],
    [26, /25 or more is too fast/, /Sit upright/],
  ])('%s breaths a minute, live and of a night', (respiratory_rate, summary, advice) => {
    const words = {
      summary: expect.stringMatching(summary) as string,
      advice: expect.stringMatching(advice) as string,
    };
    const live = createPerson().repeats(2, minute, { respiratory_rate }, rest);
    expect(live.messages('respiration')).toMatchObject([words]);
    const asleep = createPerson().reports({ respiratory_rate }, night);
    expect(asleep.messages('respiration')).toMatchObject([words]);
  });
});

describe('an alert that is told again without a firing names no numbers', () => {
  const pulse = (...before: readonly number[]) => {
    const anna = createPerson();
    if (before.length > 0) anna.lived(10, { heart_rate: before[0] as number }, rest).fromNow();
    return anna.repeats(2, minute, { heart_rate: 110 }, rest);
  };
  const words = (anna: ReturnType<typeof createPerson>, rule: string) => {
    const { summary, advice, question } = anna.messages(rule).at(-1) ?? {};
    return { summary, advice, question };
  };

  it.each([[[]], [[60]]])('when a reading says that it is not over, with usual %j', (before) => {
    const anna = pulse(...before).waits(11 * minute);
    expect(anna.open).toEqual(['pulse_high warning unconfirmed']);
    anna.reports({ heart_rate: 95 }, rest);
    expect(anna.alerts.at(-1)).toBe('pulse_high firing warning');
    expect(words(anna, 'pulse_high')).toMatchObject({
      summary: 'What was noticed earlier is not over yet.',
      advice: expect.stringMatching(/Sit down/) as string,
    });
  });

  it.each([[[]], [[60]]])('when the person is unwell, with usual %j', (before) => {
    const anna = pulse(...before).answers('pulse_high', 'unwell');
    expect(words(anna, 'pulse_high')).toMatchObject({
      summary: 'You have said that you are unwell, so this stays open until it is over.',
      advice: expect.stringMatching(/Sit down/) as string,
    });
    const ben = createPerson().is({ language: 'de' }).repeats(2, minute, { heart_rate: 110 }, rest);
    expect(words(ben.answers('pulse_high', 'unwell'), 'pulse_high').summary).toMatch(/^Sie haben gesagt/);
  });

  it('a person who is unwell confirms it', () => {
    const anna = pulse()
      .waits(11 * minute)
      .answers('pulse_high', 'unwell')
      .fromNow();
    expect(anna.reports({ heart_rate: 95 }, rest).alerts).toEqual([]);
  });

  it.each([
    ['body_temperature', 'temperature', 34, 35.2, /Get warm/],
    ['body_temperature', 'temperature', 39.5, 38.8, /Drink, rest/],
    ['respiratory_rate', 'respiration', 7, 8.5, /hard to wake/],
    ['respiratory_rate', 'respiration', 27, 23, /Sit upright/],
  ])('%s keeps its side: unconfirmed, not over and unwell', (metric, rule, value, between, advice) => {
    const anna = createPerson()
      .repeats(2, minute, { [metric]: value }, rest)
      .waits(61 * minute);
    expect(anna.messages(rule).at(-1)).toMatchObject({ status: 'unconfirmed' });
    expect(words(anna, rule).advice).toMatch(advice);
    const stored = createPerson({ state: restoreState(storeState(anna.state)), now: anna.now });
    expect(stored.state).toEqual(anna.state);
    stored.reports({ [metric]: between }, rest);
    expect(words(stored, rule).advice).toMatch(advice);
    expect(words(anna.answers(rule, 'unwell'), rule).advice).toMatch(advice);
  });

  it('a value on the other side is told', () => {
    const anna = createPerson().reports({ body_temperature: 40.6 }).later(minute).fromNow();
    anna.reports({ body_temperature: 34.5 });
    expect(words(anna, 'temperature')).toMatchObject({
      summary: 'Body temperature 34.5 °C; the limit is 35 °C.',
      advice: expect.stringMatching(/Get warm/) as string,
    });
    anna.later(minute).reports({ body_temperature: 34.4 });
    expect(anna.messages('temperature')).toHaveLength(1);
  });

  it('an open question is asked with each of its messages', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 19, heart_rate: 45 }, { context: 'rest' })
      .waits(61 * minute);
    expect(anna.alerts.at(-1)).toBe('hrv_and_pulse_low unconfirmed info');
    expect(words(anna, 'hrv_and_pulse_low').question).toMatch(/well trained/);
    anna.reports({ hrv_rmssd: 21, heart_rate: 52 }, { context: 'rest' });
    expect(anna.alerts.at(-1)).toBe('hrv_and_pulse_low firing info');
    expect(words(anna, 'hrv_and_pulse_low').question).toMatch(/well trained/);
  });

  it('nor does a switch to a mode whose rule only holds', () => {
    const anna = createPerson().reports({ body_temperature: 39.5 }).later(minute);
    anna.reports({ body_temperature: 38.8 });
    const state: PersonState = { ...anna.state, mode: 'reflex' };
    const ben = createPerson({ state, now: anna.now }).waits(6 * minute);
    expect(ben.transitions.at(-1)).toMatchObject({
      summary: 'What was noticed earlier is not over yet.',
      advice: expect.stringMatching(/Drink, rest/) as string,
    });
  });
});

describe('a switch that a measurement made', () => {
  it('says that the values are normal only where nothing holds any more', () => {
    const anna = createPerson()
      .reports({ body_temperature: 40.6 })
      .later(10 * minute)
      .reports({ body_temperature: 38.6 });
    expect(anna.switches.at(-1)).toBe('reflex → guardian: recovered');
    expect(anna.transitions.at(-1)?.summary).toBe('What was noticed earlier is not over yet.');
    anna.later(10 * minute).reports({ body_temperature: 37 });
    expect(anna.switches.at(-1)).toBe('guardian → pattern: recovered');
    expect(anna.transitions.at(-1)?.summary).toBe('The values are back to normal.');
  });
});

describe('a placeholder that a rule has no value for', () => {
  it('is left as a dash', () => {
    const odd = givenRules({ 'texts.rules.stress_high.summary': 'Stress {value} and {second}.' });
    const anna = createPerson({ rules: odd }).reports({ stress_level: 0.9 });
    expect(anna.messages('stress_high')[0]?.summary).toBe('Stress 0.9 and –.');
  });
});

describe('an insight is in the language of the person', () => {
  const told = (language: 'en' | 'de', facts: Pick<InsightFacts, 'kind' | 'status' | 'data'>) => {
    const { last } = createPerson().is({ language });
    const insight = { insight_id: 'a', user_id: 'anna', seq: 1, at: '2026-11-20T12:00:00.000Z', ...facts };
    return compose({ ...last, insights: [insight] }, rules).insights[0]?.summary;
  };

  it.each([
    [
      { kind: 'hypothesis_settled', status: 'answered' },
      'Eine Frage ist erledigt: Sie haben sie beantwortet.',
    ],
    [
      { kind: 'band_exit', data: { side: 'below' } },
      'Die Herzratenvariabilität der Woche liegt unterhalb ihres üblichen Bandes.',
    ],
    [
      { kind: 'trend', data: { direction: 'falling' } },
      'Die Herzratenvariabilität der letzten zwei Wochen sinkt.',
    ],
    [
      { kind: 'baseline_ready', data: { metric: 'hrv_rmssd', source: 'oura', days: 5, of: 5 } },
      'Der übliche Wert für die Herzratenvariabilität von oura ist jetzt bekannt, aus 5 Tagen.',
    ],
    [{ kind: 'recurring_weekday', data: { weekday: 0 } }, 'Das kam mehrmals an einem Montag vor.'],
    [
      { kind: 'illness_score', data: { day: '2026-11-20', score: 1.5, pulse: 1 } },
      'Krankheitswache für 2026-11-20: Wert 1,5.',
    ],
  ] as const)('%j', (facts, summary) => {
    expect(told('de', facts)).toBe(summary);
  });

  it.each(['en', 'de'] as const)('has a phrase in %s for every code that can occur', (language) => {
    const codes = [
      ...(['refuted', 'answered', 'confirmed', 'expired', 'stale'] as const).map((status) => {
        return [status, { kind: 'hypothesis_settled', status }] as const;
      }),
      ...toldMetrics.map((metric) => {
        return [
          metric,
          { kind: 'device_learning', data: { metric, source: 'oura', days: 1, of: 5 } },
        ] as const;
      }),
    ];
    for (const [code, facts] of codes) {
      const summary = told(language, facts);
      expect(summary).not.toContain(`${code}.`);
      expect(summary).not.toMatch(/_|–/);
    }
  });

  it('is learned in words', () => {
    const anna = createPerson().lived(2, { hrv_rmssd: 50 }, night);
    const summaries = anna.decisions.flatMap((one) => compose(one, rules).insights).map((one) => one.summary);
    expect(summaries).toContain('Learning the usual heart rate variability from oura: 1 of 5 days.');
  });
});

describe('the time since when nothing was measured', () => {
  const last = (anna: ReturnType<typeof createPerson>) =>
    anna
      .waits(day - hour)
      .messages('temperature')
      .at(-1)?.summary;
  const fever = { body_temperature: 39.5 };

  it('is in the zone of the profile, else in that of the last offset', () => {
    const berlin = createPerson().is({ time_zone: 'Europe/Berlin' }).reports(fever);
    expect(last(berlin)).toContain('since 2026-11-20 13:00 that');
    expect(last(createPerson().reports(fever, { offset: '-03:00' }))).toContain(
      'since 2026-11-20 09:00 that',
    );
    expect(last(createPerson().reports(fever, { offset: '+00:00' }))).toContain(
      'since 2026-11-20 12:00 that',
    );
  });

  it('says that it is UTC where no zone is known', () => {
    expect(last(createPerson().reports(fever))).toContain('since 2026-11-20 12:00 UTC that');
  });
});
