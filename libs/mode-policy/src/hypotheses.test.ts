import { describe, expect, it } from 'vitest';
import { createPerson, day, givenRules, hour, minute, noon, second } from '../test/policy-story.ts';
import type { OpenHypothesis, ActiveRule, PersonState } from './person-state.ts';

/** RMSSD below 20 and a pulse below 50. */
const odd = { hrv_rmssd: 18, heart_rate: 48 };
const usual = { hrv_rmssd: 50, heart_rate: 60 };

type Person = ReturnType<typeof createPerson>;
const changes = (anna: Person) =>
  anna.decisions.flatMap(({ hypotheses }) => hypotheses.map(({ rule, status }) => `${rule}: ${status}`));

describe('a hypothesis', () => {
  it('is opened by its mode, with evidence, a measurement that would settle it, and a life of one day', () => {
    const anna = createPerson().reports(odd);
    expect(anna.last.hypotheses).toMatchObject([
      {
        rule: 'low_hrv_low_pulse',
        status: 'open',
        isContrary: false,
        at: '2026-11-20T12:00:00.000Z',
        expiresAt: '2026-11-21T12:00:00.000Z',
        evidence: [
          { metric: 'hrv_rmssd', value: 18 },
          { metric: 'heart_rate', value: 48 },
        ],
      },
    ]);
    expect(anna.last.hypotheses[0]?.settledBy).not.toBe('');
  });

  it('is opened once, however often its rule fires', () => {
    const anna = createPerson().reports(odd).later(minute).reports(odd).later(minute).reports(odd);
    expect(changes(anna)).toEqual(['low_hrv_low_pulse: open']);
  });

  it('is refuted when the readings agree again, and its end leaves the mode', () => {
    const anna = createPerson()
      .reports(odd)
      .later(6 * minute)
      .reports(usual);
    expect(changes(anna)).toEqual(['low_hrv_low_pulse: open', 'low_hrv_low_pulse: refuted']);
    expect(anna.last.hypotheses[0]?.id).toBe(anna.decisions[0]?.hypotheses[0]?.id);
    expect(anna.last.transition).toMatchObject({
      to: 'pattern',
      reason: 'hypothesis_refuted',
      confidence: 1,
    });
    expect(anna.state.doubts).toEqual([]);
  });

  it('is confirmed by entirely new signals half an hour later, and its end leaves the mode', () => {
    const anna = createPerson()
      .reports(odd)
      .later(30 * minute - 1)
      .reports(odd);
    expect(changes(anna)).toHaveLength(1);
    anna.later(1).reports(odd);
    expect(changes(anna)).toEqual(['low_hrv_low_pulse: open', 'low_hrv_low_pulse: confirmed']);
    expect(anna.mode).toBe('hypothesis'); // it was left as stale and entered again 1 ms ago
    expect(anna.waits(5 * minute).last.transition).toMatchObject({
      reason: 'hypothesis_confirmed',
      confidence: 1,
    });
  });

  it('is not confirmed by a new pulse and the night that opened it', () => {
    const asleep = { context: 'sleep' } as const;
    const anna = createPerson()
      .reports({ hrv_rmssd: 18 }, asleep)
      .reports({ heart_rate: 48 })
      .later(hour)
      .reports({ heart_rate: 48 });
    expect(changes(anna)).toEqual(['low_hrv_low_pulse: open']);
  });

  it('that was confirmed is not opened again until its rule has left once', () => {
    const anna = createPerson()
      .reports(odd)
      .later(30 * minute)
      .reports(odd)
      .waits(10 * minute)
      .reports(odd)
      .later(minute)
      .reports(odd);
    expect(anna.mode).toBe('pattern');
    anna.later(minute).reports(usual).later(minute).reports(odd);
    expect(anna.mode).toBe('hypothesis');
    expect(changes(anna)).toEqual(
      ['open', 'confirmed', 'open'].map((status) => `low_hrv_low_pulse: ${status}`),
    );
  });

  it('lives for a day when nothing settles it, even after its mode was left for lack of data', () => {
    const anna = createPerson().reports(odd).waits(hour);
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
    const anna = createPerson({ rules: long }).reports({ hrv_rmssd: 18 }, asleep);
    anna
      .reports({ heart_rate: 48 })
      .later(9 * minute)
      .reports({ heart_rate: 53 })
      .later(9 * minute)
      .reports({ heart_rate: 53 });
    expect(anna.waits(2 * minute).last.transition).toMatchObject({
      to: 'pattern',
      reason: 'hypothesis_expired',
      confidence: 0.5,
    });
  });

  it('that was settled is forgotten when its day is over', () => {
    const anna = createPerson()
      .reports(odd)
      .later(30 * minute)
      .reports(odd)
      .waits(day);
    expect(anna.state.doubts).toEqual([]);
    expect(changes(anna)).toEqual(['low_hrv_low_pulse: open', 'low_hrv_low_pulse: confirmed']);
  });
});

describe('a rule with contrary signals', () => {
  const wary = givenRules({
    'rules.high_pulse.contrary': [{ metric: 'readiness_score', above: 85 }],
    'rules.low_hrv_low_pulse.contrary': [{ metric: 'stress_level', below: 0.1 }],
  });
  const fast = { heart_rate: 110 };

  it('switches anyway, and opens a hypothesis', () => {
    const anna = createPerson({ rules: wary }).reports({ ...fast, readiness_score: 90 });
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

  it('opens no hypothesis when nothing speaks against it', () => {
    expect(changes(createPerson({ rules: wary }).reports({ ...fast, readiness_score: 85 }))).toEqual([]);
    expect(changes(createPerson({ rules: wary }).reports(fast))).toEqual([]);
  });

  it('confirms the hypothesis when the rule leaves', () => {
    const anna = createPerson({ rules: wary })
      .reports({ ...fast, readiness_score: 90 })
      .later(minute)
      .reports({ heart_rate: 80 });
    expect(changes(anna)).toEqual(['high_pulse: open', 'high_pulse: confirmed']);
    expect(anna.state.doubts).toEqual([]);
  });

  it('refutes the hypothesis when it fires again with nothing against it', () => {
    const anna = createPerson({ rules: wary }).reports({ ...fast, readiness_score: 90 });
    anna.later(minute).reports({ heart_rate: 95 }).later(minute).reports({ readiness_score: 70 });
    expect(changes(anna)).toEqual(['high_pulse: open']);
    expect(changes(anna.later(second).reports(fast))).toEqual(['high_pulse: open', 'high_pulse: refuted']);
  });

  it('that is a hypothesis rule itself opens both', () => {
    const anna = createPerson({ rules: wary }).reports({ ...odd, stress_level: 0.05 });
    expect(anna.last.hypotheses.map(({ isContrary }) => isContrary)).toEqual([false, true]);
  });
});

describe('open hypotheses', () => {
  it('are limited: the oldest expires', () => {
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
    const anna = createPerson({ rules: wary }).reports(
      {
        readiness_score: 90,
        heart_rate: 105,
        stress_level: 0.9,
        spo2: 80,
        respiratory_rate: 40,
        body_temperature: 33,
        recovery_score: 10,
      },
      { context: 'rest' },
    );
    expect(changes(anna)).toHaveLength(10);
    expect(changes(anna).filter((one) => one.endsWith('expired'))).toHaveLength(3);
    expect(anna.state.doubts).toHaveLength(4);
  });

  /** Four questions, the oldest about `odd`; of a rule that doubts itself a fifth is opened by `tired`. */
  const wary = givenRules({ 'rules.low_recovery.contrary': [{ metric: 'readiness_score', above: 1 }] });
  const tired = { recovery_score: 10, readiness_score: 90 };
  const four = (oldest: 'open' | 'settled', others: Partial<PersonState> = {}) => {
    const { state, now } = createPerson({ rules: wary }).reports(odd);
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

  it('that are displaced end properly: the mode that only they hold is left', () => {
    const anna = four('open').later(minute).reports(tired);
    expect(changes(anna)).toEqual(['low_recovery: open', 'low_hrv_low_pulse: expired']);
    expect(anna.state.holds.map(([rule]) => rule)).toEqual(['low_recovery']);
    expect(anna.mode).toBe('hypothesis');
    anna.later(minute).reports({ recovery_score: 60 });
    expect(anna.waits(3 * minute).last.transition).toMatchObject({
      to: 'pattern',
      reason: 'hypothesis_expired',
      confidence: 0.5,
    });
  });

  it('that are displaced leave the mode to another rule that holds it', () => {
    const alsoHeld: ActiveRule = ['high_hrv_high_pulse', noon, noon + hour];
    const { holds } = four('open').state;
    const anna = four('open', { holds: [alsoHeld, ...holds] })
      .later(minute)
      .reports(tired);
    expect(anna.state).toMatchObject({ mode: 'hypothesis', ending: null });
    expect(anna.state.holds.map(([rule]) => rule)).toEqual(['low_recovery', 'high_hrv_high_pulse']);
  });

  it('that are displaced leave a higher mode as it is', () => {
    const acute: ActiveRule = ['high_stress', noon, noon + hour];
    const { holds } = four('open').state;
    const anna = four('open', { mode: 'reflex', holds: [acute, ...holds] })
      .later(minute)
      .reports(tired);
    expect(anna.state).toMatchObject({ mode: 'reflex', ending: null });
    expect(anna.state.holds.map(([rule]) => rule)).toEqual(['high_stress', 'low_recovery']);
  });

  it('are kept in preference to a settled one, which has nothing left to report', () => {
    const anna = four('settled', { mode: 'pattern', holds: [] }).later(minute).reports(tired);
    expect(changes(anna)).toEqual(['low_recovery: open']);
    expect(anna.state.doubts).toHaveLength(4);
    expect(anna.state.doubts.every(([, , settled]) => settled === 0)).toBe(true);
  });

  it('are kept even in preference to a younger settled one', () => {
    const anna = four('open');
    const [first, second, ...rest] = anna.state.doubts;
    if (!first || !second) throw new Error('there are four');
    const settled: OpenHypothesis = [second[0], second[1], 1, second[3]];
    const berta = createPerson({ rules: wary, state: { ...anna.state, doubts: [first, settled, ...rest] } });
    expect(changes(berta.later(minute).reports(tired))).toEqual(['low_recovery: open']);
    expect(berta.state.doubts[0]).toEqual(first);
  });

  it('of a rule that no longer exists are reported under its key', () => {
    const anna = createPerson({
      state: { ...createPerson().reports(odd).state, doubts: [['gone', 0, 0, 'a'.repeat(32)]] },
    });
    expect(anna.waits(1).last.hypotheses).toMatchObject([{ rule: 'gone', settledBy: '', status: 'expired' }]);
  });
});
