import { describe, expect, it } from 'vitest';
import { createPerson, day, eventOf, hour, minute, night, noon, rules } from '../test/policy-story.ts';
import { decide } from './decide.ts';
import { describeTransition } from './describe-decision.ts';
import { nextDue } from './next-due.ts';
import { initialState } from './person-state.ts';
import { recompute, type DecisionRecord } from './recompute.ts';
import { restoreState, storeState } from './state-format.ts';
import { upgradeOf } from './upgrade.ts';

/** A state as policy version 2 stored it. */
const older = {
  format: 2,
  mode: 'reflex',
  since: noon - hour,
  seq: 41,
  now: noon - minute,
  alert: 'a'.repeat(32),
  holds: [],
};
const nights = Array.from({ length: 30 }, (_, one) =>
  eventOf(noon - (30 - one) * day, { hrv_rmssd: 18, heart_rate: 55 }, night),
);

describe('a state of an older policy', () => {
  it('keeps mode, seq and time, and is due at once', () => {
    const state = restoreState(JSON.stringify(older));
    expect(state).toMatchObject({
      mode: 'reflex',
      seq: 41,
      now: older.now,
      upgrade: { alert: older.alert, mode: 'reflex' },
    });
    expect(nextDue(state, rules)).toBe(older.now + 1);
    expect(upgradeOf(state)).toMatchObject({ to: older.now + day });
    expect(upgradeOf(initialState)).toBeUndefined();
    expect(restoreState({ ...older, mode: 'unheard', alert: { id: 'b' } }).upgrade).toEqual({
      alert: 'b',
      mode: null,
    });
    expect(restoreState({ ...older, alert: null }).upgrade?.alert).toBeNull();
    expect(restoreState(initialState)).toBe(initialState);
  });

  it('fires nothing that a usual value would replace until its history is read again', () => {
    const anna = createPerson({ state: restoreState(older) });
    anna
      .reports({ hrv_rmssd: 18, readiness_score: 66 })
      .reports({ heart_rate: 110, hrv_rmssd: 110 }, { context: 'rest' });
    anna.later(minute).reports({ heart_rate: 110, hrv_rmssd: 110 }, { context: 'rest' });
    anna.reports({ heart_rate: 38, hrv_rmssd: 15 }, { context: 'rest', device: 'b' }).later(minute);
    anna.reports({ heart_rate: 38, hrv_rmssd: 15 }, { context: 'rest', device: 'b' });
    expect(anna.alerts).toEqual([]);
    anna.later(5 * minute).repeats(2, minute, { heart_rate: 140 }, { context: 'rest' });
    expect(anna.open).toEqual(['pulse_high critical']);
  });

  it('reads its daily values again, resolves the old alert, and raises none', () => {
    const [decision] = decide(
      restoreState(older),
      { kind: 'upgrade', userId: 'anna', due: noon, events: nights },
      rules,
    );
    expect(decision?.alertSignals).toEqual([
      expect.objectContaining({
        alert_id: older.alert,
        kind: 'mode.reflex',
        status: 'resolved',
        reason: 'policy_changed',
        seq: 42,
      }),
    ]);
    expect(decision?.transition).toMatchObject({
      from: 'reflex',
      to: 'pattern',
      reason: 'policy_changed',
      seq: 42,
    });
    const anna = createPerson({ state: restoreState(storeState(decision?.state ?? initialState)) });
    anna
      .later(minute)
      .reports({ hrv_rmssd: 18 }, night)
      .reports({ readiness_score: 66 }, { type: 'readiness', ago: hour });
    expect(anna.alerts).toEqual([]);
    expect(anna.mode).toBe('pattern');
  });

  it('has the daily values of a person who was always on this policy', () => {
    const [decision] = decide(
      restoreState({ ...older, mode: 'guardian' }),
      { kind: 'upgrade', userId: 'anna', due: noon, events: nights },
      rules,
    );
    const anna = createPerson();
    for (const event of nights) anna.receives(event);
    expect(decision?.state.lanes).toEqual(anna.state.lanes);
    expect(decision?.state.illness).toEqual(anna.state.illness);
    expect(decision?.alertSignals[0]?.severity).toBe('warning');
  });

  it('without an alert has nothing to resolve', () => {
    const quiet = restoreState({ ...older, mode: 'pattern', alert: null });
    const [decision] = decide(quiet, { kind: 'upgrade', userId: 'anna', due: noon, events: [] }, rules);
    expect(decision).toMatchObject({ transition: null, alertSignals: [] });
    const [again] = decide(initialState, { kind: 'upgrade', userId: 'anna', due: noon, events: [] }, rules);
    expect(again?.transition?.reason).toBe('first_decision');
  });

  it('can be decided again from its record and the events that it read', () => {
    const command = { kind: 'upgrade', userId: 'anna', due: noon, events: nights } as const;
    const [decision] = decide(restoreState(older), command, rules);
    const record = JSON.parse(
      JSON.stringify({ ...decision, state: undefined, event: null, used: [] }),
    ) as DecisionRecord;
    expect(recompute(record, 'anna', rules, nights)).toEqual({ kind: 'identical' });
    const changed = { ...record, rulesHeld: ['pulse_high'] };
    expect(recompute(changed, 'anna', rules, nights)).toMatchObject({ kind: 'different' });
  });

  it('has a record that is shown as it was, where version 2 wrote it', () => {
    const [decision] = decide(
      restoreState(older),
      { kind: 'upgrade', userId: 'anna', due: noon, events: [] },
      rules,
    );
    const reading = { metric: 'hrv_rmssd', value: 25, unit: 'ms', at: '2024-01-01T07:00:00Z' };
    const record = {
      ...decision,
      transition: { ...decision?.transition, policy_version: 2 },
      evidence: [
        { ...reading, context: 'sleep', source: 'oura', baseline: { centre: 48, spread: 6, days: 12 } },
        { ...reading, context: 'rest', source: 'whoop', baseline: null },
        { ...reading, context: 'rest', source: 'apple' },
      ],
      hypotheses: [{ rule: 'hrv_and_pulse_high', status: 'open' }],
      insights: [{ kind: 'band_exit' }],
      patterns: [],
    } as unknown as DecisionRecord;
    const text = describeTransition(record, { kind: 'older_policy', policyVersion: 2 });
    expect(text).toContain(
      'hrv_rmssd 25 ms at 2024-01-01T07:00:00Z (sleep, oura), usually 48 ± 6 over 12 days',
    );
    expect(text).toContain('(rest, whoop), no baseline yet');
    expect(text).toContain('hypothesis  {"rule":"hrv_and_pulse_high","status":"open"}');
    expect(text).toContain('insight     {"kind":"band_exit"}');
    expect(text).toContain('not possible: policy version 2 is not in this code');
    const bare = { ...record, evidence: undefined, hypotheses: undefined } as unknown as DecisionRecord;
    expect(describeTransition(bare, { kind: 'identical' })).not.toContain('evidence');
  });
});
