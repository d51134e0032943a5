import { describe, expect, it } from 'vitest';
import { createPerson, eventOf, givenRules, hour, minute, rules } from '../test/policy-story.ts';
import type { Decision } from './conclude.ts';
import { describeDecision, describeTransition } from './describe-decision.ts';
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
  it('by an event is identical when it is decided again', () => {
    const { anna, event } = personInReflex();
    expect(recompute(recordOf(anna.last, event), 'anna', rules)).toEqual({ kind: 'identical' });
  });

  it('by time is identical when it is decided again', () => {
    const { anna } = personInReflex();
    anna.waits(24 * hour);
    const switched = anna.decisions.find(({ cause, transition }) => 'due' in cause && transition);
    expect(switched).toBeDefined();
    const recorded = recordOf(switched as Decision, null);
    expect(recompute(recorded, 'anna', rules)).toEqual({ kind: 'identical' });
    expect(describeTransition(recorded, { kind: 'identical' })).toContain('by time that passed');
  });

  it('differs under other rules', () => {
    const { anna, event } = personInReflex();
    const other = givenRules({ 'rules.stress_overload.enter.hrv_rmssd_below': 20 });
    const recorded = recordOf(anna.last, event);
    const result = recompute(recorded, 'anna', other);
    expect(result).toMatchObject({ kind: 'different', now: { transition: null } });
    expect(describeTransition(recorded, result)).toContain('DIFFERENT: now null');
    const gone = recompute({ ...recordOf(anna.last, null), cause: anna.last.cause }, 'anna', rules);
    expect(gone).toEqual({ kind: 'different', now: undefined });
    expect(describeTransition(recorded, gone)).toContain('DIFFERENT: now null');
  });

  it('of an older policy is not decided again', () => {
    const { anna, event } = personInReflex();
    const recorded = recordOf(anna.last, event);
    const result = recompute(recorded, 'anna', undefined);
    expect(result).toEqual({ kind: 'older_policy', policyVersion: rules.policyVersion });
    expect(describeTransition(recorded, result)).toContain('is not in this code');
    const quiet = recompute({ ...recorded, transition: null }, 'anna', undefined);
    expect(quiet).toEqual({ kind: 'older_policy', policyVersion: 0 });
  });
});

describe('the description of a decision', () => {
  it('names mode, cause, rules and evidence of a transition', () => {
    const { anna, event } = personInReflex();
    const text = describeTransition(recordOf(anna.last, event), { kind: 'identical' });
    expect(text).toContain('pattern → reflex at ');
    expect(text).toContain(`by event ${event.event_id}`);
    expect(text).toContain('reason      stress_overload, confidence 0.85');
    expect(text).toContain('fired       stress_overload');
    expect(text).toContain('held        no rule');
    expect(text).toContain('evidence    hrv_rmssd 25 ms at ');
    expect(text).toContain('no baseline yet');
    expect(text).toContain('recomputed  identical');
  });

  it('of a first decision has no mode before it', () => {
    const anna = createPerson().reports({ steps: 10 });
    const text = describeTransition(recordOf(anna.last, null), { kind: 'identical' });
    expect(text).toContain('no mode → pattern');
    expect(text).toContain('fired       no rule');
  });

  it('of nothing says so', () => {
    const anna = createPerson().reports({ steps: 10 }).reports({ steps: 20 });
    expect(describeTransition(recordOf(anna.last, null), { kind: 'identical' })).toBe('No transition.');
    const text = describeDecision(anna.last);
    expect(text).toContain('pattern stays, at ');
    expect(text).toContain('fired       no rule');
    expect(text).toContain('held        no rule');
    const { last } = anna;
    expect(describeDecision({ ...last, state: { ...last.state, mode: null } })).toContain('no mode stays');
  });

  it('contains baselines, vendor bands, hypotheses, insights and patterns', () => {
    const anna = createPerson();
    anna.lived(8, { hrv_rmssd: 60 }, { context: 'sleep' });
    anna.reports({ hrv_rmssd: 20 }, { context: 'sleep' });
    expect(describeDecision(anna.last)).toContain('usually 60 ± 0 over 8 days');
    expect(describeDecision(anna.last)).toContain('insight     {"kind":"hrv_band"');
    expect(describeDecision(anna.last)).toContain('pattern     {"kind":');

    const low = createPerson().reports({ hrv_rmssd: 19, heart_rate: 49 });
    expect(describeDecision(low.last)).toContain('hypothesis  low_hrv_low_pulse open; settled by ');

    const whoop = createPerson().reports({ recovery_score: 10 }, { source: 'whoop' });
    expect(describeDecision(whoop.last)).toContain(', whoop, red');
    whoop.reports({ steps: 10 });
    expect(describeDecision(whoop.last)).toContain('held        low_recovery');
  });
});
