import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  givenRules,
  hour,
  minute,
  night,
  type EventOptions,
} from '../test/policy-story.ts';
import { compose } from './compose.ts';
import { describeDecision } from './describe-decision.ts';
import { explainEvent } from './explain-event.ts';
import { signalsOf } from './signals.ts';

const rest: EventOptions = { context: 'rest', source: 'apple', device: 'watch' };

describe('a contrary signal', () => {
  const wary = givenRules({
    'rules.stress_high.contrary': [
      { metric: 'sleep_score', above: 90 },
      { metric: 'heart_rate', below: 60 },
    ],
  });
  const calm = { ...rest, type: 'sleep_score' };
  it('opens a question beside the rule, which switches all the same', () => {
    const anna = createPerson({ rules: wary })
      .reports({ sleep_score: 95 }, calm)
      .later(minute)
      .reports({ stress_level: 0.9 });
    expect(anna.mode).toBe('reflex');
    expect(anna.insights).toEqual(['hypothesis_opened stress_high open']);
    anna.later(minute).reports({ stress_level: 0.9 });
    expect(anna.insights).toHaveLength(1);
    anna.later(minute).reports({ stress_level: 0.5 });
    expect(anna.insights.at(-1)).toBe('hypothesis_settled stress_high refuted');
  });

  it('that is gone refutes it, and a day expires it', () => {
    const anna = createPerson({ rules: wary })
      .reports({ heart_rate: 50 }, rest)
      .later(minute)
      .reports({ stress_level: 0.9 }, rest);
    anna.later(minute).reports({ heart_rate: 70, stress_level: 0.9 }, rest);
    expect(anna.insights.at(-1)).toBe('hypothesis_settled stress_high refuted');
    const ben = createPerson({ rules: wary })
      .reports({ heart_rate: 50 }, rest)
      .later(minute)
      .reports({ stress_level: 0.9 }, rest);
    expect(ben.waits(24 * hour).insights.at(-1)).toBe('hypothesis_settled stress_high expired');
  });
});

describe('the question beside a rule', () => {
  const wary = givenRules({
    'rules.stress_high.contrary': [{ metric: 'sleep_score', above: 90 }],
    'rules.recovery_low.contrary': [{ metric: 'sleep_score', above: 90 }],
    'rules.pulse_irregular.contrary': [{ metric: 'sleep_score', above: 90 }],
    'rules.spo2_low.contrary': [{ metric: 'sleep_score', above: 90 }],
  });
  const slept = () => createPerson({ rules: wary }).reports({ sleep_score: 95 }).later(minute);
  const stressed = () => slept().reports({ stress_level: 0.9 }).later(minute);
  type Person = ReturnType<typeof createPerson>;
  const asked = (anna: Person) =>
    anna.decisions.flatMap(({ insights }) => insights).findLast(({ answers }) => answers !== undefined)
      ?.hypothesis_id ?? '';
  const answers = (anna: Person, answer: 'at_rest' | 'exercise' | 'fine' | 'unwell') => {
    const given = { hypothesis_id: asked(anna), answer };
    return anna.reports({}, { type: 'answer', source: 'manual', answer: given });
  };

  it.each(['fine', 'exercise'] as const)('%s settles it like an answer to the alert', (answer) => {
    const anna = answers(stressed(), answer);
    expect(anna.last.answer).toEqual({ status: 'taken', rule: 'stress_high' });
    expect(anna.insights.at(-1)).toBe('hypothesis_settled stress_high answered');
    expect(anna.alerts.at(-1)).toBe('stress_high resolved answered');
    anna.later(30 * minute).reports({ stress_level: 0.9 });
    expect([anna.open, anna.switches.at(-1)]).toEqual([[], 'reflex → pattern: answered']);
    anna.later(hour).reports({ stress_level: 0.9 });
    expect(anna.insights.at(-1)).toBe('hypothesis_opened stress_high open');
  });

  it('unwell keeps the alert and its mode, and nothing is asked again', () => {
    const anna = answers(stressed(), 'unwell');
    expect(anna.last.answer).toEqual({ status: 'taken', rule: 'stress_high' });
    expect([anna.open, anna.mode]).toEqual([['stress_high warning'], 'reflex']);
    expect(anna.insights.at(-1)).toBe('hypothesis_settled stress_high answered');
    expect(anna.fromNow().later(minute).reports({ stress_level: 0.9 }).insights).toEqual([]);
  });

  it('at_rest is noted, and a second answer dropped', () => {
    const anna = answers(stressed(), 'at_rest');
    expect(anna.last.answer).toEqual({ status: 'noted', rule: 'stress_high' });
    expect(anna.insights).toEqual(['hypothesis_opened stress_high open']);
    expect(answers(answers(anna, 'fine'), 'unwell').last.answer).toMatchObject({ status: 'dropped' });
  });

  it('an answer is explained', () => {
    const anna = stressed();
    const answer = { hypothesis_id: asked(anna), answer: 'fine' as const };
    const event = eventOf(anna.now, {}, { type: 'answer', source: 'manual', answer });
    const command = { kind: 'event', event, signals: signalsOf(event, wary) } as const;
    const decision = explainEvent(anna.state, command, wary).decisions.at(-1);
    expect(decision && describeDecision(decision)).toContain('answer      taken, of stress_high');
  });

  it('of a rule without an alert is settled by fine, and unwell raises one', () => {
    const tired = () => slept().reports({ recovery_score: 20 }, { source: 'whoop', type: 'recovery' });
    expect([tired().mode, tired().open]).toEqual(['guardian', []]);
    const anna = answers(tired(), 'fine');
    expect([anna.alerts, anna.insights.at(-1)]).toEqual([[], 'hypothesis_settled recovery_low answered']);
    expect(anna.waits(10 * minute).switches.at(-1)).toBe('guardian → pattern: answered');
    anna.later(hour).reports({ recovery_score: 20 }, { source: 'whoop', type: 'recovery' });
    expect(anna.mode).toBe('pattern');
    const ben = answers(tired(), 'unwell');
    expect([ben.open, ben.mode]).toEqual([['recovery_low warning'], 'guardian']);
    expect(ben.insights.at(-1)).toBe('hypothesis_settled recovery_low answered');
    expect(answers(tired(), 'at_rest').last.answer).toEqual({ status: 'noted', rule: 'recovery_low' });
  });

  it('is settled with the alert that is answered', () => {
    const anna = stressed().answers('stress_high', 'fine');
    expect(anna.insights.at(-1)).toBe('hypothesis_settled stress_high answered');
  });

  it('has its own words and id where the rule asks, too', () => {
    const anna = slept();
    for (let one = 0; one < 6; one += 1)
      anna.later(minute).reports({ heart_rate: 60 + (one % 2) * 30 }, rest);
    const told = compose(anna.last, wary).insights;
    expect(told.map(({ question }) => question)).toEqual([
      'Are you sitting still, and does your heartbeat feel irregular?',
      'Another value speaks against it. Does the sensor sit well, and how do you feel?',
    ]);
    expect(new Set(told.map((one) => one.insight_id)).size).toBe(2);
    const { insights } = answers(anna, 'fine').last;
    expect(insights.map(({ status }) => status)).toEqual(['answered', 'answered']);
    expect(new Set(insights.map((one) => one.insight_id)).size).toBe(2);
  });

  it('that nobody answered is not asked again for a day', () => {
    const anna = stressed();
    for (let one = 0; one < 23; one += 1) anna.later(hour).reports({ stress_level: 0.9, sleep_score: 95 });
    anna.waits(hour);
    expect(anna.insights.at(-1)).toBe('hypothesis_settled stress_high expired');
    anna.reports({ stress_level: 0.9 });
    expect(anna.insights.at(-1)).toBe('hypothesis_settled stress_high expired');
    expect(anna.due ?? 0).toBeLessThan(anna.now + day);
    anna.later(day).reports({ sleep_score: 95 }).reports({ stress_level: 0.9 });
    expect(anna.insights.at(-1)).toBe('hypothesis_opened stress_high open');
  });

  it('is not asked again either when its alert expires with it', () => {
    const anna = stressed().waits(day).reports({ sleep_score: 95 }).reports({ stress_level: 0.9 });
    expect(anna.insights).toEqual([
      'hypothesis_opened stress_high open',
      'hypothesis_settled stress_high expired',
    ]);
    expect(anna.open).toEqual(['stress_high warning']);
    // The leave condition ends that silence.
    anna.later(minute).reports({ stress_level: 0.5 }).later(minute).reports({ stress_level: 0.9 });
    expect(anna.insights.at(-1)).toBe('hypothesis_opened stress_high open');
  });

  it('stays open while another part of its rule holds', () => {
    const anna = slept()
      .reports({ spo2: 88 }, night)
      .repeats(2, minute, { spo2: 85 }, rest)
      .later(minute)
      .repeats(2, 3 * minute, { spo2: 97 }, rest);
    expect(anna.open).toEqual(['spo2_low critical']);
    expect(anna.insights.at(-1)).toBe('hypothesis_opened spo2_low open');
  });
});
