import { describe, expect, it } from 'vitest';
import { createPerson, day, givenRules, hour, minute, noon, second } from '../test/policy-story.ts';

const acute = { heart_rate: 110 };
const calm = { heart_rate: 65 };
const tired = { recovery_score: 30 };
const rested = { recovery_score: 60 };
/** RMSSD below 20 and a pulse below 50. */
const odd = { hrv_rmssd: 18, heart_rate: 48 };

describe('a first decision', () => {
  it('writes pattern when nothing fires', () => {
    expect(createPerson().reports(calm).last.transition).toMatchObject({
      from: null,
      to: 'pattern',
      seq: 1,
      reason: 'first_decision',
      confidence: 1,
      rules_fired: [],
      rules_held: [],
      policy_version: 2,
    });
  });

  it('writes the mode that fires', () => {
    expect(createPerson().reports(tired).switches).toEqual(['none → guardian: low_recovery']);
  });

  it('is never made by time', () => {
    expect(createPerson().waits(day).decisions).toEqual([]);
    expect(createPerson().due).toBeNull();
  });
});

describe('a mode', () => {
  it('is held by any of its rules, not only by the one that entered it', () => {
    const anna = createPerson()
      .reports({ stress_level: 0.9 })
      .later(minute)
      .reports(acute)
      .later(6 * minute);
    expect(anna.reports({ stress_level: 0.2 }).mode).toBe('reflex');
    expect(anna.last.rulesHeld).toEqual(['high_pulse']);
  });

  it('is never switched to itself', () => {
    const anna = createPerson()
      .reports(acute)
      .later(minute)
      .reports({ heart_rate: 115 })
      .later(minute)
      .reports(acute);
    expect(anna.switches).toEqual(['none → reflex: high_pulse']);
  });

  it('that was left can be entered again at once', () => {
    const anna = createPerson()
      .reports(acute)
      .later(5 * minute)
      .reports(calm)
      .later(1)
      .reports(acute);
    expect(anna.switches).toEqual([
      'none → reflex: high_pulse',
      'reflex → pattern: nothing_holds',
      'pattern → reflex: high_pulse',
    ]);
  });

  it('is left for the highest rule that still holds', () => {
    const anna = createPerson()
      .reports(tired)
      .later(minute)
      .reports(acute)
      .later(5 * minute)
      .reports(calm);
    expect(anna.last.transition).toMatchObject({
      from: 'reflex',
      to: 'guardian',
      reason: 'low_recovery',
      rules_held: ['low_recovery'],
    });
  });
});

describe('the minimum stay', () => {
  it.each([
    ['reflex', acute, calm],
    ['guardian', tired, rested],
    ['hypothesis', odd, { hrv_rmssd: 40 }],
  ])('in %s is 300 s: the leave waits for its tick', (mode, enter, leave) => {
    const anna = createPerson()
      .reports(enter)
      .later(299 * second)
      .reports(leave);
    expect(anna.mode).toBe(mode);
    expect(anna.due).toBe(noon + 300 * second);
    expect(anna.waits(second).mode).toBe('pattern');
    expect(anna.last.transition).toMatchObject({
      cause: { due: '2026-11-20T12:05:00.000Z' },
      at: '2026-11-20T12:05:00.000Z',
    });
  });

  it.each([
    ['reflex', acute, calm],
    ['guardian', tired, rested],
    ['hypothesis', odd, { hrv_rmssd: 40 }],
  ])('in %s ends after 300 s: then an event leaves', (_, enter, leave) => {
    const anna = createPerson()
      .reports(enter)
      .later(300 * second)
      .reports(leave);
    expect(anna.mode).toBe('pattern');
    expect(anna.last.cause).toHaveProperty('event_id');
  });

  it('of pattern is zero', () => {
    expect(createPerson().reports(calm).reports(tired).mode).toBe('guardian');
  });

  it.each([
    ['guardian', tired],
    ['hypothesis', odd],
  ])('of %s is broken by reflex alone', (mode, enter) => {
    const anna = createPerson().reports(enter).later(second).reports({ stress_level: 0.9 });
    expect(anna.last.transition).toMatchObject({ from: mode, to: 'reflex', reason: 'high_stress' });
  });

  it('of hypothesis defers guardian; the tick makes the switch', () => {
    const anna = createPerson().reports(odd).later(minute).reports(tired);
    expect(anna.mode).toBe('hypothesis');
    expect(anna.waits(4 * minute).last.transition).toMatchObject({
      from: 'hypothesis',
      to: 'guardian',
      reason: 'low_recovery',
      confidence: 1,
      rules_fired: [],
      rules_held: ['low_recovery', 'low_hrv_low_pulse'],
    });
  });

  it('ends and gives up a deferred switch whose rule would no longer enter', () => {
    const anna = createPerson()
      .reports(odd)
      .later(minute)
      .reports(tired)
      .later(minute)
      .reports({ recovery_score: 42 });
    expect(anna.last.rulesHeld).toContain('low_recovery');
    expect(anna.waits(3 * minute).mode).toBe('hypothesis');
    expect(anna.state.holds.map(([key]) => key)).toEqual(['low_hrv_low_pulse']);
    expect(anna.waits(second).decisions).toHaveLength(4);
  });

  it('keeps a mode whose rule recovered and fires again within it', () => {
    const anna = createPerson().reports(acute).later(minute).reports(calm).later(minute).reports(acute);
    expect(anna.waits(5 * minute).mode).toBe('reflex');
    expect(anna.state.ending).toBeNull();
  });

  it('leaves to a lower rule that fired within it and holds', () => {
    const anna = createPerson().reports(tired).later(second).reports(rested).later(second).reports(odd);
    expect(anna.mode).toBe('guardian');
    expect(anna.waits(5 * minute).last.transition).toMatchObject({
      from: 'guardian',
      to: 'hypothesis',
      reason: 'low_hrv_low_pulse',
    });
  });
});

describe('reflex', () => {
  const night = { hrv_rmssd: 20, readiness_score: 50 };
  const asleep = { context: 'sleep', statistic: 'average' } as const;

  it('holds for an hour after its rules last fired, and not a millisecond longer', () => {
    const anna = createPerson().reports(night, asleep).waits(hour);
    expect(anna.mode).toBe('reflex');
    expect(anna.waits(1).last.transition).toMatchObject({
      to: 'pattern',
      reason: 'reflex_over',
      confidence: 0.5,
    });
  });

  it('starts a new hour when it fires again', () => {
    const anna = createPerson()
      .reports(night, asleep)
      .later(50 * minute)
      .reports({ readiness_score: 51 });
    expect(anna.waits(hour).mode).toBe('reflex');
    expect(anna.waits(1).mode).toBe('pattern');
  });

  it('that is over does not return through events without its inputs', () => {
    const anna = createPerson()
      .reports(night, asleep)
      .waits(2 * hour)
      .reports({ steps: 1 })
      .reports(calm);
    expect(anna.switches).toEqual(['none → reflex: stress_overload', 'reflex → pattern: reflex_over']);
  });

  it('gives way to guardian, which the night holds for its day', () => {
    const anna = createPerson()
      .reports({ ...night, recovery_score: 20 }, asleep)
      .waits(2 * hour);
    expect(anna.last.transition).toMatchObject({ from: 'reflex', to: 'guardian', reason: 'reflex_over' });
    expect(anna.waits(23 * hour).last.transition).toMatchObject({
      from: 'guardian',
      to: 'pattern',
      reason: 'no_data',
    });
  });
});

describe('when inputs go stale', () => {
  it('and no event has arrived since, a tick ends the mode for lack of data', () => {
    const anna = createPerson().reports(acute);
    expect(anna.due).toBe(noon + 10 * minute + 1);
    expect(anna.waits(10 * minute).mode).toBe('reflex');
    expect(anna.waits(1).last.transition).toMatchObject({
      to: 'pattern',
      reason: 'no_data',
      confidence: 0.5,
    });
    expect(anna.due).toBeNull();
  });

  it('and only events without them have arrived, the mode ends as stale', () => {
    const anna = createPerson()
      .reports(acute)
      .later(5 * minute)
      .reports({ steps: 100 })
      .waits(6 * minute);
    expect(anna.last.transition).toMatchObject({ to: 'pattern', reason: 'stale' });
  });

  it('before the stay is over, the mode ends with the stay', () => {
    const anna = createPerson()
      .reports(acute, { ago: 8 * minute })
      .waits(2 * minute + 1);
    expect(anna.last).toMatchObject({ transition: null, state: { mode: 'reflex', ending: 'stale' } });
    expect(anna.waits(3 * minute).last.transition).toMatchObject({
      at: '2026-11-20T12:05:00.000Z',
      reason: 'no_data',
    });
  });

  it('two of three still hold when the third goes', () => {
    const asleep = { context: 'sleep' } as const;
    const anna = createPerson()
      .reports({ hrv_rmssd: 25 }, asleep)
      .reports({ heart_rate: 85, stress_level: 0.75 })
      .later(9 * minute);
    anna.reports({ heart_rate: 85 }).waits(2 * minute);
    expect(anna.mode).toBe('guardian');
    expect(anna.waits(9 * minute).switches.at(-1)).toBe('guardian → pattern: no_data');
  });

  it('a tick moves a person without any data to pattern', () => {
    expect(
      createPerson()
        .reports(tired)
        .waits(30 * day).switches,
    ).toEqual(['none → guardian: low_recovery', 'guardian → pattern: no_data']);
  });
});

describe('ticks', () => {
  it('that are due are applied before an event, at their own times', () => {
    const waited = createPerson().reports(acute).waits(hour).reports(calm);
    const unseen = createPerson().reports(acute).later(hour).reports(calm);
    expect(unseen.decisions.map(({ cause }) => Object.keys(cause))).toEqual([
      ['event_id'],
      ['due'],
      ['event_id'],
    ]);
    expect(unseen.switches).toEqual(waited.switches);
    expect(unseen.state.seq).toBe(3);
  });

  it('at the exact time of an event come first', () => {
    const anna = createPerson()
      .reports(acute)
      .later(10 * minute + 1)
      .reports(acute);
    expect(anna.switches).toEqual([
      'none → reflex: high_pulse',
      'reflex → pattern: no_data',
      'pattern → reflex: high_pulse',
    ]);
  });

  it('change nothing when nothing is due', () => {
    expect(createPerson().reports(calm).waits(day).decisions).toHaveLength(1);
  });

  it('fire no rule', () => {
    const anna = createPerson().reports(tired, { ago: day }).waits(1);
    expect(anna.switches).toEqual(['none → guardian: low_recovery']);
    expect(
      anna
        .waits(5 * minute)
        .decisions.every(({ cause, rulesFired }) => 'event_id' in cause || rulesFired.length === 0),
    ).toBe(true);
  });

  it('work under changed rules, even if these make them due in the past', () => {
    const patient = givenRules({ 'switching.reflex_at_most': '20h', 'fresh_for.heart_rate': '20h' });
    const before = createPerson({ rules: patient })
      .reports(acute)
      .later(5 * hour)
      .reports({ steps: 1 });
    expect(before.mode).toBe('reflex');
    const after = createPerson({ state: before.state, now: before.now });
    expect(after.due).toBe(before.now + 1);
    expect(after.waits(1).switches).toEqual(['reflex → pattern: reflex_over']);
  });
});

describe('a rule that no longer exists', () => {
  it('holds nothing', () => {
    const { state } = createPerson().reports(acute);
    const [hold] = state.holds;
    const renamed = { ...state, holds: [['gone', hold?.[1] ?? 0, hold?.[2] ?? 0] as const] };
    expect(createPerson({ state: renamed }).waits(hour).switches).toEqual([
      'reflex → pattern: nothing_holds',
    ]);
  });
});
