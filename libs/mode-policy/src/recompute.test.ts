import { describe, expect, it } from 'vitest';
import {
  createPerson,
  eventOf,
  givenRules,
  hour,
  minute,
  night,
  rules,
  source,
} from '../test/policy-story.ts';
import { compose } from './compose.ts';
import type { Decision } from './conclude.ts';
import { describeDecision, describeTransition } from './describe-decision.ts';
import { requireRecordedRules } from './parse-rules.ts';
import { recompute, type DecisionRecord } from './recompute.ts';

const overload = { hrv_rmssd: 25, readiness_score: 65 };

/** The record of a decision, as it is restored from JSON. */
function recordOf(decision: Decision, event: DecisionRecord['event']): DecisionRecord {
  return JSON.parse(JSON.stringify({ ...decision, state: undefined, event, used: [] })) as DecisionRecord;
}

/** A person in reflex, and the event that switched. */
function personInReflex() {
  const anna = createPerson();
  anna.reports({ hrv_rmssd: 60, readiness_score: 85 }).later(10 * minute);
  const event = eventOf(anna.now, overload);
  anna.receives(event);
  return { anna, event };
}

describe('a recorded transition', () => {
  it('by an event is identical when it is decided again, also without texts', () => {
    const { anna, event } = personInReflex();
    const record = recordOf(anna.last, event);
    expect(recompute(record, 'anna', rules)).toEqual({ kind: 'identical' });
    const analysis = { source: 'oura', signals: 2, steps: 0, flags: [], unused: [] };
    const withFindings = { ...record, confidence: 0.85, analysis };
    expect(recompute(withFindings, 'anna', rules)).toEqual({ kind: 'identical' });
    expect(describeTransition({ ...record, confidence: 0.8 }, { kind: 'identical' })).toContain(
      'reason      stress_overload, confidence 0.8\n',
    );
    const recorded = requireRecordedRules(source, 'rule set 1');
    expect(recompute(record, 'anna', recorded)).toEqual({ kind: 'identical' });
    expect(compose(anna.last, recorded).insights).toEqual([]);
  });

  it('by time is identical when it is decided again', () => {
    const { anna } = personInReflex();
    anna.waits(24 * hour);
    const switched = anna.decisions.find(({ cause, transition }) => 'due' in cause && transition);
    const recorded = recordOf(switched as Decision, null);
    expect(recompute(recorded, 'anna', rules)).toEqual({ kind: 'identical' });
    expect(describeTransition(recorded, { kind: 'identical' })).toContain('by time that passed');
  });

  it('differs under other rules', () => {
    const { anna, event } = personInReflex();
    const other = givenRules({ 'usual.low_rmssd.without_usual_below': 20 });
    const recorded = recordOf(anna.last, event);
    const result = recompute(recorded, 'anna', other);
    expect(result).toMatchObject({ kind: 'different', now: { transition: null } });
    expect(describeTransition(recorded, result)).toContain('DIFFERENT: now null');
    const gone = recompute({ ...recordOf(anna.last, null), cause: anna.last.cause }, 'anna', rules);
    expect(gone).toEqual({ kind: 'different', now: undefined });
    expect(describeTransition(recorded, gone)).toContain('DIFFERENT: now null');
  });

  it('of an older policy is not decided again, and shown from what it recorded', () => {
    const { anna, event } = personInReflex();
    const recorded = recordOf(anna.last, event);
    const result = recompute(recorded, 'anna', undefined);
    expect(result).toEqual({ kind: 'older_policy', policyVersion: rules.policyVersion });
    const old = { ...recorded, answer: undefined, clock: undefined } as unknown as DecisionRecord;
    expect(describeTransition(old, result)).toContain('is not in this code');
    const quiet = recompute({ ...recorded, transition: null }, 'anna', undefined);
    expect(quiet).toEqual({ kind: 'older_policy', policyVersion: 0 });
  });
});

describe('the description of a decision', () => {
  it('names mode, cause, rules and evidence of a transition', () => {
    const { anna, event } = personInReflex();
    const text = describeTransition(recordOf(anna.last, event), { kind: 'identical' });
    for (const part of [
      'pattern → reflex at ',
      `by event ${event.event_id}`,
      'reason      stress_overload, confidence 0.85',
      'fired       stress_overload',
      'held        no rule',
      'evidence    hrv_rmssd 25 ms at ',
      'threshold 30',
      'alert       rule.stress_overload firing, info',
      'recomputed  identical',
    ])
      expect(text).toContain(part);
  });

  it('of a first decision has no mode before it, and of nothing says so', () => {
    const anna = createPerson().reports({ steps: 10 });
    expect(describeTransition(recordOf(anna.last, null), { kind: 'identical' })).toContain(
      'no mode → pattern',
    );
    anna.reports({ steps: 20 });
    expect(describeTransition(recordOf(anna.last, null), { kind: 'identical' })).toBe('No transition.');
    expect(describeDecision(anna.last)).toContain('pattern stays, at ');
    const { last } = anna;
    expect(describeDecision({ ...last, state: { ...last.state, mode: null } })).toContain('no mode stays');
  });

  it('contains usual values, vendor bands, derived stress and insights', () => {
    const anna = createPerson()
      .lived(8, { hrv_rmssd: 60 }, night)
      .reports({ hrv_rmssd: 20 }, { ...night, device: 'ring' });
    const text = describeDecision(anna.last);
    expect(text).toContain('(sleep, oura, ring), threshold 47, usually 60 ± 0.1 over 8 days');
    expect(text).toContain('stress_level 0.83 1 at');
    expect(text).toContain('derived');
    const low = createPerson().reports({ hrv_rmssd: 19, heart_rate: 45 });
    expect(describeDecision(low.last)).toContain('insight     hypothesis_opened of hrv_and_pulse_low {}');
    const whoop = createPerson().reports({ recovery_score: 10 }, { source: 'whoop', type: 'recovery' });
    expect(describeDecision(whoop.last)).toContain(', whoop, red)');
    whoop.reports({ steps: 10 });
    expect(describeDecision(whoop.last)).toContain('held        recovery_low');
  });

  it('says what became of an answer, and how a local clock was read', () => {
    const anna = createPerson()
      .reports({ hrv_rmssd: 19, heart_rate: 45 })
      .answers('hrv_and_pulse_low', 'fine');
    expect(describeDecision(anna.last)).toContain('answer      taken, of hrv_and_pulse_low');
    const id = anna.messages('hrv_and_pulse_low')[0]?.alert_id ?? '';
    for (const [alert_id, said] of [
      [id, 'was settled before'],
      ['0'.repeat(32), 'no such question'],
    ] as const) {
      anna.reports({}, { type: 'answer', source: 'manual', answer: { alert_id, answer: 'fine' } });
      expect(describeDecision(anna.last)).toContain(said);
    }
    anna.reports({ heart_rate: 60 }, { source: 'p', ago: -2 * hour, flags: ['no_offset'] });
    expect(describeDecision(anna.last)).toContain('that of a local clock');
    anna.reports({ heart_rate: 60 }, { source: 'p', ago: -2 * hour - 7 * minute, flags: ['no_offset'] });
    expect(describeDecision(anna.last)).toContain('had no offset and was ahead');
  });

  it('of time that passed names the days that were counted', () => {
    const { last } = createPerson().reports({ hrv_rmssd: 25, readiness_score: 65 });
    const rule = { rule: 'strain', isLow: false, values: { counted: '2024-01-01' }, usual: null } as const;
    const facts = { transition: rule, alerts: [{ ...rule, values: {} }], questions: [] };
    const byTime = { ...last, cause: { due: '2024-01-01T12:00:00.000Z' }, facts };
    expect(describeDecision(byTime)).toContain('counted     strain: 2024-01-01');
    expect(describeDecision({ ...last, facts })).not.toContain('counted');
    expect(describeDecision({ ...byTime, facts: { ...facts, transition: null } })).not.toContain('counted');
  });
});
