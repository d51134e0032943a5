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
    expect(createPerson().tells(calm).last.transition).toMatchObject({
      ...{ from: null, to: 'pattern', seq: 1, reason: 'first_decision', confidence: 1 },
      ...{ rules_fired: [], rules_held: [], policy_version: 2 },
    });
  });

  it('writes the mode that fires', () => {
    expect(createPerson().tells(tired).switches).toEqual(['none → guardian: low_recovery']);
  });

  it('is never made by time', () => {
    expect(createPerson().waits(day).decisions).toEqual([]);
    expect(createPerson().due).toBeNull();
  });
});

describe('a mode', () => {
  it('is held by any of its rules, not only by the one that entered it', () => {
    const anna = createPerson()
      .tells({ stress_level: 0.9 })
      .later(minute)
      .tells(acute)
      .later(6 * minute);
    expect(anna.tells({ stress_level: 0.2 }).mode).toBe('reflex');
    expect(anna.last.rulesHeld).toEqual(['high_pulse']);
  });

  it('is never switched to itself', () => {
    const anna = createPerson()
      .tells(acute)
      .later(minute)
      .tells({ heart_rate: 115 })
      .later(minute)
      .tells(acute);
    expect(anna.switches).toEqual(['none → reflex: high_pulse']);
  });

  it('that was left may be entered again at once', () => {
    const anna = createPerson()
      .tells(acute)
      .later(5 * minute)
      .tells(calm)
      .later(1)
      .tells(acute);
    expect(anna.switches).toEqual([
      'none → reflex: high_pulse',
      'reflex → pattern: nothing_holds',
      'pattern → reflex: high_pulse',
    ]);
  });

  it('left goes to the highest rule that still holds', () => {
    const anna = createPerson()
      .tells(tired)
      .later(minute)
      .tells(acute)
      .later(5 * minute)
      .tells(calm);
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
      .tells(enter)
      .later(299 * second)
      .tells(leave);
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
      .tells(enter)
      .later(300 * second)
      .tells(leave);
    expect(anna.mode).toBe('pattern');
    expect(anna.last.cause).toHaveProperty('event_id');
  });

  it('of pattern is none', () => {
    expect(createPerson().tells(calm).tells(tired).mode).toBe('guardian');
  });

  it.each([
    ['guardian', tired],
    ['hypothesis', odd],
  ])('of %s is broken by reflex alone', (mode, enter) => {
    const anna = createPerson().tells(enter).later(second).tells({ stress_level: 0.9 });
    expect(anna.last.transition).toMatchObject({ from: mode, to: 'reflex', reason: 'high_stress' });
  });

  it('of hypothesis holds guardian back, whose switch the tick makes', () => {
    const anna = createPerson().tells(odd).later(minute).tells(tired);
    expect(anna.mode).toBe('hypothesis');
    expect(anna.waits(4 * minute).last.transition).toMatchObject({
      ...{ from: 'hypothesis', to: 'guardian', reason: 'low_recovery', confidence: 1 },
      ...{ rules_fired: [], rules_held: ['low_recovery', 'low_hrv_low_pulse'] },
    });
  });

  it('is over for a held-back switch whose rule would not enter any more: it is given up', () => {
    const anna = createPerson()
      .tells(odd)
      .later(minute)
      .tells(tired)
      .later(minute)
      .tells({ recovery_score: 42 });
    expect(anna.last.rulesHeld).toContain('low_recovery');
    expect(anna.waits(3 * minute).mode).toBe('hypothesis');
    expect(anna.state.holds.map(([key]) => key)).toEqual(['low_hrv_low_pulse']);
    expect(anna.waits(second).decisions).toHaveLength(4);
  });

  it('keeps a mode whose rule recovered and fires again within it', () => {
    const anna = createPerson().tells(acute).later(minute).tells(calm).later(minute).tells(acute);
    expect(anna.waits(5 * minute).mode).toBe('reflex');
    expect(anna.state.ending).toBeNull();
  });

  it('leaves to a lower rule that fired within it and holds', () => {
    const anna = createPerson().tells(tired).later(second).tells(rested).later(second).tells(odd);
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

  it('holds an hour after its rules last fired, and not a millisecond longer', () => {
    const anna = createPerson().tells(night, asleep).waits(hour);
    expect(anna.mode).toBe('reflex');
    expect(anna.waits(1).last.transition).toMatchObject({
      to: 'pattern',
      reason: 'reflex_over',
      confidence: 0.5,
    });
  });

  it('begins its hour anew when it fires again', () => {
    const anna = createPerson()
      .tells(night, asleep)
      .later(50 * minute)
      .tells({ readiness_score: 51 });
    expect(anna.waits(hour).mode).toBe('reflex');
    expect(anna.waits(1).mode).toBe('pattern');
  });

  it('that is over does not come back by events that bring none of its inputs', () => {
    const anna = createPerson()
      .tells(night, asleep)
      .waits(2 * hour)
      .tells({ steps: 1 })
      .tells(calm);
    expect(anna.switches).toEqual(['none → reflex: stress_overload', 'reflex → pattern: reflex_over']);
  });

  it('gives way to guardian, which the night goes on holding for its day', () => {
    const anna = createPerson()
      .tells({ ...night, recovery_score: 20 }, asleep)
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
  it('and no event came since, the mode ends by tick for want of data', () => {
    const anna = createPerson().tells(acute);
    expect(anna.due).toBe(noon + 10 * minute + 1);
    expect(anna.waits(10 * minute).mode).toBe('reflex');
    expect(anna.waits(1).last.transition).toMatchObject({
      to: 'pattern',
      reason: 'no_data',
      confidence: 0.5,
    });
    expect(anna.due).toBeNull();
  });

  it('and events came that said nothing of them, the mode ends as stale', () => {
    const anna = createPerson()
      .tells(acute)
      .later(5 * minute)
      .tells({ steps: 100 })
      .waits(6 * minute);
    expect(anna.last.transition).toMatchObject({ to: 'pattern', reason: 'stale' });
  });

  it('before the stay is over, the mode ends with the stay', () => {
    const anna = createPerson()
      .tells(acute, { ago: 8 * minute })
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
      .tells({ hrv_rmssd: 25 }, asleep)
      .tells({ heart_rate: 85, stress_level: 0.75 })
      .later(9 * minute);
    anna.tells({ heart_rate: 85 }).waits(2 * minute);
    expect(anna.mode).toBe('guardian');
    expect(anna.waits(9 * minute).switches.at(-1)).toBe('guardian → pattern: no_data');
  });

  it('a person without any data goes to pattern by tick', () => {
    expect(
      createPerson()
        .tells(tired)
        .waits(30 * day).switches,
    ).toEqual(['none → guardian: low_recovery', 'guardian → pattern: no_data']);
  });
});

describe('ticks', () => {
  it('that are due are applied before an event, at their own times', () => {
    const waited = createPerson().tells(acute).waits(hour).tells(calm);
    const unseen = createPerson().tells(acute).later(hour).tells(calm);
    expect(unseen.decisions.map(({ cause }) => Object.keys(cause))).toEqual([
      ['event_id'],
      ['due'],
      ['event_id'],
    ]);
    expect(unseen.switches).toEqual(waited.switches);
    expect(unseen.state.seq).toBe(3);
  });

  it('at the very time of an event come first', () => {
    const anna = createPerson()
      .tells(acute)
      .later(10 * minute + 1)
      .tells(acute);
    expect(anna.switches).toEqual([
      'none → reflex: high_pulse',
      'reflex → pattern: no_data',
      'pattern → reflex: high_pulse',
    ]);
  });

  it('change nothing when nothing is due', () => {
    expect(createPerson().tells(calm).waits(day).decisions).toHaveLength(1);
  });

  it('fire no rule', () => {
    const anna = createPerson().tells(tired, { ago: day }).waits(1);
    expect(anna.switches).toEqual(['none → guardian: low_recovery']);
    expect(
      anna
        .waits(5 * minute)
        .decisions.every(({ cause, rulesFired }) => 'event_id' in cause || rulesFired.length === 0),
    ).toBe(true);
  });

  it('work under rules that were exchanged, also when that makes them due in the past', () => {
    const patient = givenRules({ 'switching.reflex_at_most': '20h', 'fresh_for.heart_rate': '20h' });
    const before = createPerson({ rules: patient })
      .tells(acute)
      .later(5 * hour)
      .tells({ steps: 1 });
    expect(before.mode).toBe('reflex');
    const after = createPerson({ state: before.state, now: before.now });
    expect(after.due).toBe(before.now + 1);
    expect(after.waits(1).switches).toEqual(['reflex → pattern: reflex_over']);
  });
});

describe('a rule that is gone', () => {
  it('holds nothing any more', () => {
    const { state } = createPerson().tells(acute);
    const [hold] = state.holds;
    const renamed = { ...state, holds: [['gone', hold?.[1] ?? 0, hold?.[2] ?? 0] as const] };
    expect(createPerson({ state: renamed }).waits(hour).switches).toEqual([
      'reflex → pattern: nothing_holds',
    ]);
  });
});
