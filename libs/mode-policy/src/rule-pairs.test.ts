import { describe, expect, it } from 'vitest';
import { createPerson, minute, rules, type EventOptions, type Values } from '../test/policy-story.ts';

// Every two rules at once. Each is fired by an event of its own; readings are chosen so that they can stand together.

type Firing = {
  readonly rule: string;
  readonly mode: 'reflex' | 'guardian' | 'hypothesis';
  readonly events: readonly (readonly [Values, EventOptions])[];
};

const rest: EventOptions = { context: 'rest' };
const asleep: EventOptions = { context: 'sleep', statistic: 'average' };

const firings: readonly Firing[] = [
  // The usual RMSSD at rest is 60, see below.
  { rule: 'rmssd_drop', mode: 'reflex', events: [[{ hrv_rmssd: 35 }, rest]] },
  { rule: 'high_pulse', mode: 'reflex', events: [[{ heart_rate: 105 }, rest]] },
  { rule: 'high_stress', mode: 'reflex', events: [[{ stress_level: 0.9 }, rest]] },
  { rule: 'stress_overload', mode: 'reflex', events: [[{ hrv_rmssd: 25, readiness_score: 60 }, rest]] },
  { rule: 'news2_spo2', mode: 'reflex', events: [[{ spo2: 90 }, rest]] },
  { rule: 'news2_respiration', mode: 'reflex', events: [[{ respiratory_rate: 26 }, rest]] },
  { rule: 'news2_pulse', mode: 'reflex', events: [[{ heart_rate: 135 }, rest]] },
  { rule: 'news2_temperature', mode: 'reflex', events: [[{ body_temperature: 34.8 }, rest]] },
  { rule: 'low_recovery', mode: 'guardian', events: [[{ recovery_score: 30 }, {}]] },
  { rule: 'two_of_three', mode: 'guardian', events: [[{ heart_rate: 85, stress_level: 0.75 }, rest]] },
  { rule: 'strain', mode: 'guardian', events: [[{ resting_heart_rate: 70, hrv_rmssd: 45 }, asleep]] },
  {
    rule: 'high_hrv_high_pulse',
    mode: 'hypothesis',
    events: [[{ hrv_rmssd: 95, heart_rate: 95 }, rest]],
  },
  {
    rule: 'low_hrv_low_pulse',
    mode: 'hypothesis',
    events: [[{ hrv_rmssd: 18, heart_rate: 47 }, { context: 'unknown' }]],
  },
  {
    rule: 'devices_disagree',
    mode: 'hypothesis',
    events: [
      [{ spo2: 98 }, { ...rest, source: 'whoop' }],
      [{ spo2: 93.5 }, rest],
    ],
  },
];

const priority = ['reflex', 'guardian', 'hypothesis'] as const;

const quietPulse = [54, 57, 55, 58, 53];
const quietRmssd = [58, 66, 60, 63, 55];

/** Weeks of quiet days; two strained ones at their end, so that today can be the third. */
function givenPerson() {
  const night = (one: number) => ({
    resting_heart_rate: one < 14 ? (quietPulse[one % 5] ?? 0) : 70,
    hrv_rmssd: one < 14 ? (quietRmssd[one % 5] ?? 0) : 45,
  });
  return createPerson().lived(16, night, asleep).lived(8, { hrv_rmssd: 60 }, rest);
}

function fire(anna: ReturnType<typeof givenPerson>, { events }: Firing) {
  for (const [values, telling] of events) anna.reports(values, telling).later(1);
  return anna;
}

const pairs = firings.flatMap((a, index) =>
  firings.slice(index + 1).flatMap((b) => [[a, b] as const, [b, a] as const]),
);

describe('each rule alone', () => {
  it.each(firings.map((one) => [one.rule, one] as const))('%s fires and gives its mode', (rule, one) => {
    const anna = fire(givenPerson(), one);
    expect(anna.last.rulesFired).toContain(rule);
    const modes = anna.last.state.holds.map(([key]) => rules.rules.find((other) => other.key === key)?.mode);
    expect(anna.mode).toBe(priority.find((mode) => modes.includes(mode)));
  });
});

describe('every two rules', () => {
  it.each(pairs.map(([a, b]) => [a.rule, b.rule, a, b] as const))('%s, then %s', (_a, _b, a, b) => {
    const anna = fire(givenPerson(), a);
    const between = anna.mode;
    fire(anna, b);
    expect(anna.last.rulesFired).toContain(b.rule);
    const active = new Set([...anna.last.rulesFired, ...anna.last.rulesHeld]);
    const highest = priority.find((mode) =>
      rules.rules.some(({ name, mode: own }) => own === mode && active.has(name)),
    );
    const isHeldBack = between !== highest && highest !== 'reflex';
    expect(anna.mode, 'within the stay').toBe(isHeldBack ? between : highest);
    if (isHeldBack) expect(anna.waits(6 * minute).mode, 'after the stay').toBe(highest);
    for (const { transition } of anna.decisions) expect(transition?.to).not.toBe(transition?.from ?? 'none');
  });
});
