import { describe, expect, it } from 'vitest';
import { createPerson, day, givenRules, hour, minute, noon, second } from '../test/policy-story.ts';
import type { OpenHypothesis, ActiveRule, PersonState } from './person-state.ts';

/** RMSSD below 20 and a pulse below 50. */
const odd = { hrv_rmssd: 18, heart_rate: 48 };
const usual = { hrv_rmssd: 50, heart_rate: 60 };

type Person = ReturnType<typeof createPerson>;
const told = (anna: Person) =>
  anna.decisions.flatMap(({ hypotheses }) => hypotheses.map(({ rule, status }) => `${rule}: ${status}`));

describe('a hypothesis', () => {
  it('is opened by its mode, with evidence, what would settle it, and a day to live', () => {
    const anna = createPerson().tells(odd);
    expect(anna.last.hypotheses).toMatchObject([
      {
        ...{ rule: 'low_hrv_low_pulse', status: 'open', isContrary: false },
        ...{ at: '2026-11-20T12:00:00.000Z', expiresAt: '2026-11-21T12:00:00.000Z' },
        evidence: [
          { metric: 'hrv_rmssd', value: 18 },
          { metric: 'heart_rate', value: 48 },
        ],
      },
    ]);
    expect(anna.last.hypotheses[0]?.settledBy).not.toBe('');
  });

  it('is one as long as it is open, however often its rule fires', () => {
    const anna = createPerson().tells(odd).later(minute).tells(odd).later(minute).tells(odd);
    expect(told(anna)).toEqual(['low_hrv_low_pulse: open']);
  });

  it('is refuted when the readings fit again, and its end leaves the mode', () => {
    const anna = createPerson()
      .tells(odd)
      .later(6 * minute)
      .tells(usual);
    expect(told(anna)).toEqual(['low_hrv_low_pulse: open', 'low_hrv_low_pulse: refuted']);
    expect(anna.last.hypotheses[0]?.id).toBe(anna.decisions[0]?.hypotheses[0]?.id);
    expect(anna.last.transition).toMatchObject({
      to: 'pattern',
      reason: 'hypothesis_refuted',
      confidence: 1,
    });
    expect(anna.state.doubts).toEqual([]);
  });

  it('is confirmed by signals that are all new, half an hour later, and its end leaves the mode', () => {
    const anna = createPerson()
      .tells(odd)
      .later(30 * minute - 1)
      .tells(odd);
    expect(told(anna)).toHaveLength(1);
    anna.later(1).tells(odd);
    expect(told(anna)).toEqual(['low_hrv_low_pulse: open', 'low_hrv_low_pulse: confirmed']);
    expect(anna.mode).toBe('hypothesis'); // it was left as stale and entered again 1 ms ago
    expect(anna.waits(5 * minute).last.transition).toMatchObject({
      reason: 'hypothesis_confirmed',
      confidence: 1,
    });
  });

  it('is not confirmed by the night that opened it beside a new pulse', () => {
    const asleep = { context: 'sleep' } as const;
    const anna = createPerson()
      .tells({ hrv_rmssd: 18 }, asleep)
      .tells({ heart_rate: 48 })
      .later(hour)
      .tells({ heart_rate: 48 });
    expect(told(anna)).toEqual(['low_hrv_low_pulse: open']);
  });

  it('that was confirmed is not opened again before its rule has left once', () => {
    const anna = createPerson()
      .tells(odd)
      .later(30 * minute)
      .tells(odd)
      .waits(10 * minute)
      .tells(odd)
      .later(minute)
      .tells(odd);
    expect(anna.mode).toBe('pattern');
    anna.later(minute).tells(usual).later(minute).tells(odd);
    expect(anna.mode).toBe('hypothesis');
    expect(told(anna)).toEqual(['open', 'confirmed', 'open'].map((status) => `low_hrv_low_pulse: ${status}`));
  });

  it('lives a day when nothing settles it, also after its mode was left for want of data', () => {
    const anna = createPerson().tells(odd).waits(hour);
    expect(anna.switches.at(-1)).toBe('hypothesis → pattern: no_data');
    expect(anna.waits(day - hour - 1).state.doubts).toHaveLength(1);
    expect(anna.due).toBe(anna.now + 1);
    expect(anna.waits(1).last).toMatchObject({
      transition: null,
      hypotheses: [{ status: 'expired', evidence: [] }],
    });
    expect(anna.due).toBeNull();
  });

  it('that expires leaves the mode that it holds', () => {
    const long = givenRules({ 'hypotheses.life': '20min' });
    const asleep = { context: 'sleep', statistic: 'average' } as const;
    const anna = createPerson({ rules: long }).tells({ hrv_rmssd: 18 }, asleep);
    anna
      .tells({ heart_rate: 48 })
      .later(9 * minute)
      .tells({ heart_rate: 53 })
      .later(9 * minute)
      .tells({ heart_rate: 53 });
    expect(anna.waits(2 * minute).last.transition).toMatchObject({
      to: 'pattern',
      reason: 'hypothesis_expired',
      confidence: 0.5,
    });
  });

  it('that was settled is forgotten when its day is over', () => {
    const anna = createPerson()
      .tells(odd)
      .later(30 * minute)
      .tells(odd)
      .waits(day);
    expect(anna.state.doubts).toEqual([]);
    expect(told(anna)).toEqual(['low_hrv_low_pulse: open', 'low_hrv_low_pulse: confirmed']);
  });
});

describe('a rule with contrary signals', () => {
  const wary = givenRules({
    'rules.high_pulse.contrary': [{ metric: 'readiness_score', above: 85 }],
    'rules.low_hrv_low_pulse.contrary': [{ metric: 'stress_level', below: 0.1 }],
  });
  const fast = { heart_rate: 110 };

  it('switches all the same, and a hypothesis is opened beside it', () => {
    const anna = createPerson({ rules: wary }).tells({ ...fast, readiness_score: 90 });
    expect(anna.mode).toBe('reflex');
    expect(anna.last.hypotheses).toMatchObject([
      {
        rule: 'high_pulse',
        isContrary: true,
        status: 'open',
        evidence: [{ metric: 'heart_rate' }, { metric: 'readiness_score' }],
      },
    ]);
  });

  it('opens none when nothing speaks against it', () => {
    expect(told(createPerson({ rules: wary }).tells({ ...fast, readiness_score: 85 }))).toEqual([]);
    expect(told(createPerson({ rules: wary }).tells(fast))).toEqual([]);
  });

  it('confirms the doubt when the rule leaves', () => {
    const anna = createPerson({ rules: wary })
      .tells({ ...fast, readiness_score: 90 })
      .later(minute)
      .tells({ heart_rate: 80 });
    expect(told(anna)).toEqual(['high_pulse: open', 'high_pulse: confirmed']);
    expect(anna.state.doubts).toEqual([]);
  });

  it('refutes it when it fires on with nothing against it', () => {
    const anna = createPerson({ rules: wary }).tells({ ...fast, readiness_score: 90 });
    anna.later(minute).tells({ heart_rate: 95 }).later(minute).tells({ readiness_score: 70 });
    expect(told(anna)).toEqual(['high_pulse: open']);
    expect(told(anna.later(second).tells(fast))).toEqual(['high_pulse: open', 'high_pulse: refuted']);
  });

  it('that is a hypothesis itself opens both', () => {
    const anna = createPerson({ rules: wary }).tells({ ...odd, stress_level: 0.05 });
    expect(anna.last.hypotheses.map(({ isContrary }) => isContrary)).toEqual([false, true]);
  });
});

describe('open hypotheses', () => {
  it('are bounded: the oldest expires', () => {
    const names = [
      'high_pulse',
      'high_stress',
      'news2_spo2',
      'news2_respiration',
      'news2_temperature',
      'low_recovery',
      'two_of_three',
    ];
    const against = [{ metric: 'readiness_score', above: 1 }];
    const wary = givenRules(Object.fromEntries(names.map((name) => [`rules.${name}.contrary`, against])));
    const anna = createPerson({ rules: wary }).tells(
      {
        ...{ readiness_score: 90, heart_rate: 105, stress_level: 0.9, spo2: 80, respiratory_rate: 40 },
        ...{ body_temperature: 33, recovery_score: 10 },
      },
      { context: 'rest' },
    );
    expect(told(anna)).toHaveLength(10);
    expect(told(anna).filter((one) => one.endsWith('expired'))).toHaveLength(3);
    expect(anna.state.doubts).toHaveLength(4);
  });

  /** Four questions, the oldest about `odd`; of a rule that doubts itself a fifth is opened by `tired`. */
  const wary = givenRules({ 'rules.low_recovery.contrary': [{ metric: 'readiness_score', above: 1 }] });
  const tired = { recovery_score: 10, readiness_score: 90 };
  const four = (oldest: 'open' | 'settled', others: Partial<PersonState> = {}) => {
    const { state, now } = createPerson({ rules: wary }).tells(odd);
    const others3 = ['high_pulse', 'high_stress', 'two_of_three'].map((rule): OpenHypothesis => {
      return [`contrary/${rule}`, now, 0, 'b'.repeat(32)];
    });
    const settled = oldest === 'settled' ? 1 : 0;
    const doubts = [
      ...state.doubts.map(([key, at, , id]): OpenHypothesis => [key, at, settled, id]),
      ...others3,
    ];
    return createPerson({ rules: wary, now, state: { ...state, doubts, ...others } });
  };

  it('end properly when they make room: the mode that only they hold is left', () => {
    const anna = four('open').later(minute).tells(tired);
    expect(told(anna)).toEqual(['low_recovery: open', 'low_hrv_low_pulse: expired']);
    expect(anna.state.holds.map(([rule]) => rule)).toEqual(['low_recovery']);
    expect(anna.mode).toBe('hypothesis');
    anna.later(minute).tells({ recovery_score: 60 });
    expect(anna.waits(3 * minute).last.transition).toMatchObject({
      to: 'pattern',
      reason: 'hypothesis_expired',
      confidence: 0.5,
    });
  });

  it('that make room leave the mode to another rule that holds it', () => {
    const alsoHeld: ActiveRule = ['high_hrv_high_pulse', noon, noon + hour];
    const { holds } = four('open').state;
    const anna = four('open', { holds: [alsoHeld, ...holds] })
      .later(minute)
      .tells(tired);
    expect(anna.state).toMatchObject({ mode: 'hypothesis', ending: null });
    expect(anna.state.holds.map(([rule]) => rule)).toEqual(['low_recovery', 'high_hrv_high_pulse']);
  });

  it('that make room leave a higher mode as it is', () => {
    const acute: ActiveRule = ['high_stress', noon, noon + hour];
    const { holds } = four('open').state;
    const anna = four('open', { mode: 'reflex', holds: [acute, ...holds] })
      .later(minute)
      .tells(tired);
    expect(anna.state).toMatchObject({ mode: 'reflex', ending: null });
    expect(anna.state.holds.map(([rule]) => rule)).toEqual(['high_stress', 'low_recovery']);
  });

  it('keep their place before one that is settled, of which nothing is told any more', () => {
    const anna = four('settled', { mode: 'pattern', holds: [] }).later(minute).tells(tired);
    expect(told(anna)).toEqual(['low_recovery: open']);
    expect(anna.state.doubts).toHaveLength(4);
    expect(anna.state.doubts.every(([, , settled]) => settled === 0)).toBe(true);
  });

  it('keep their place also before a younger one that is settled', () => {
    const anna = four('open');
    const [first, second, ...rest] = anna.state.doubts;
    if (!first || !second) throw new Error('there are four');
    const settled: OpenHypothesis = [second[0], second[1], 1, second[3]];
    const berta = createPerson({ rules: wary, state: { ...anna.state, doubts: [first, settled, ...rest] } });
    expect(told(berta.later(minute).tells(tired))).toEqual(['low_recovery: open']);
    expect(berta.state.doubts[0]).toEqual(first);
  });

  it('of a rule that is gone are told by its key', () => {
    const anna = createPerson({
      state: { ...createPerson().tells(odd).state, doubts: [['gone', 0, 0, 'a'.repeat(32)]] },
    });
    expect(anna.waits(1).last.hypotheses).toMatchObject([{ rule: 'gone', settledBy: '', status: 'expired' }]);
  });
});
