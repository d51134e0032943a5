import { modes, type BiometricEvent } from '@bridge/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  givenRules,
  hour,
  minute,
  noon,
  rules,
  type EventOptions,
} from '../test/policy-story.ts';
import { decide, evolve, type Decision } from './decide.ts';
import { collectKnown } from './known-events.ts';
import { eventsToLoad } from './required-history.ts';
import { initialState, type PersonState } from './person-state.ts';
import { signalsOf } from './signals.ts';
import { nextDue } from './next-due.ts';

// Whatever arrives, in whatever order.

const metric = fc.constantFrom(
  ...['heart_rate', 'hrv_rmssd', 'hrv_sdnn', 'stress_level', 'spo2', 'respiratory_rate', 'body_temperature'],
  ...['readiness_score', 'recovery_score', 'resting_heart_rate', 'sleep_score', 'strain', 'steps'],
);
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  heart_rate: [30, 150],
  hrv_rmssd: [8, 150],
  hrv_sdnn: [8, 150],
  stress_level: [0, 1],
  spo2: [85, 100],
  respiratory_rate: [5, 30],
  body_temperature: [34, 39],
};
const values = fc
  .array(fc.tuple(metric, fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 4 })
  .map((pairs) =>
    Object.fromEntries(
      pairs.map(([name, share]) => {
        const [low, high] = ranges[name] ?? [0, 100];
        return [name, low + share * (high - low)];
      }),
    ),
  );
const ago = fc.oneof(
  fc.constant(0),
  fc.integer({ min: -10 * minute, max: hour }),
  fc.integer({ min: 0, max: 60 * day }),
);
const options: fc.Arbitrary<EventOptions> = fc.record(
  {
    ago,
    context: fc.constantFrom('sleep', 'rest', 'active', 'unknown'),
    statistic: fc.constantFrom('average', 'median', 'maximum'),
    source: fc.constantFrom('oura', 'whoop', 'apple', 'p1', 'p2', 'p3'),
    device: fc.constantFrom('a', 'b'),
    type: fc.constantFrom('sleep', 'workout', 'activity', 'heart_rate'),
    over: fc.constantFrom(minute, hour, 13 * hour),
    object: fc.constantFrom('o1', 'o2', 'o3'),
    version: fc.integer({ min: 0, max: 5 }),
    operation: fc.constantFrom('upsert', 'upsert', 'upsert', 'delete'),
    offset: fc.constantFrom('Z', '+02:00', '-08:00'),
  },
  { requiredKeys: ['ago'] },
);
const happening = fc.record({
  values,
  options,
  later: fc.oneof(fc.integer({ min: -hour, max: hour }), fc.integer({ min: 0, max: 2 * day })),
});
const life = fc.array(happening, { minLength: 1, maxLength: 40 });
type Life = readonly {
  readonly values: Record<string, number>;
  readonly options: EventOptions;
  readonly later: number;
}[];

/** The events of a life, each version of an object once: a second one would have the id of the first. */
function eventsOf(happenings: Life): BiometricEvent[] {
  let now = noon;
  const seen = new Set<string>();
  return happenings.map(({ values: given, options: eventOptions, later }, index) => {
    now += later;
    const { object, source = 'oura', version = 0, ...others } = eventOptions;
    const key = `${source}/${object}/${version}`;
    const isNew = object !== undefined && !seen.has(key);
    seen.add(key);
    const event = eventOf(
      now,
      eventOptions.operation === 'delete' ? {} : given,
      isNew ? eventOptions : { ...others, source, version, operation: 'upsert' },
    );
    return { ...event, event_id: index.toString(16).padStart(8, '0') + event.event_id.slice(8) };
  });
}

/** As the worker does it: batches, each with what it had to load from storage, states through JSON. */
function inBatches(
  events: readonly BiometricEvent[],
  size: number,
): { decisions: Decision[]; state: PersonState } {
  const stored = collectKnown();
  const decisions: Decision[] = [];
  let state = initialState;
  for (let from = 0; from < events.length; from += size) {
    const batch = events.slice(from, from + size);
    const versions = batch.flatMap((event) => stored.versionsOf(event));
    const loads = eventsToLoad(state, batch, collectKnown(versions), rules);
    const loaded = loads.flatMap(stored.between);
    const known = collectKnown([
      ...versions,
      ...loaded.flatMap((event) => [...stored.versionsOf(event), event]),
    ]);
    for (const event of batch) {
      const made = decide(state, { kind: 'event', event, signals: signalsOf(event, rules), known }, rules);
      decisions.push(...made);
      state = evolve(state, made);
      known.add(event);
    }
    for (const event of batch) stored.add(event);
    state = JSON.parse(JSON.stringify(state)) as PersonState;
  }
  return { decisions, state };
}

describe('whatever arrives', () => {
  it('the size of a batch changes nothing', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 1, max: 12 }), (happenings, size) => {
        const events = eventsOf(happenings);
        const one = inBatches(events, 1);
        const many = inBatches(events, size);
        expect(many.state).toEqual(one.state);
        const replayed = createPerson();
        for (const event of events) replayed.receives(event);
        expect(replayed.state).toEqual(one.state);
        expect(many.decisions.map(({ transition }) => transition)).toEqual(
          one.decisions.map(({ transition }) => transition),
        );
      }),
      { numRuns: 150 },
    );
  });

  it('extra ticks in between change nothing: due ticks are applied in any case', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        const events = eventsOf(happenings);
        const seldom = createPerson();
        const often = createPerson();
        for (const event of events) {
          seldom.receives(event);
          const due = Date.parse(event.received_at);
          for (const made of decide(often.state, { kind: 'tick', userId: 'anna', due }, rules))
            often.decisions.push(made);
          const swept = createPerson({
            state: evolve(often.state, decide(often.state, { kind: 'tick', userId: 'anna', due }, rules)),
          });
          expect(nextDue(swept.state, rules) ?? Infinity).toBeGreaterThan(swept.state.now);
          often.receives(event);
        }
        expect(often.state).toEqual(seldom.state);
      }),
      { numRuns: 100 },
    );
  });

  it('every decision keeps its invariants', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        const anna = createPerson();
        for (const event of eventsOf(happenings)) anna.receives(event);
        let before: PersonState = initialState;
        for (const decision of anna.decisions) {
          const { state, transition, cause } = decision;
          expect(decision.before).toEqual(before);
          expect(state.seq).toBe(before.seq + 1);
          expect(state.now).toBeGreaterThanOrEqual(before.now);
          expect(nextDue(state, rules) ?? Infinity).toBeGreaterThan(state.now);
          if ('due' in cause) {
            expect(decision.rulesFired).toEqual([]);
            expect({ ...state, seq: 0, now: 0 }).not.toEqual({ ...before, seq: 0, now: 0 });
          }
          if (transition === null) expect(state.mode).toBe(before.mode);
          else {
            expect(transition).toMatchObject({ from: before.mode, to: state.mode, seq: state.seq });
            expect(transition.to).not.toBe(transition.from);
            expect(transition.confidence).toBeGreaterThanOrEqual(0);
            expect(transition.confidence).toBeLessThanOrEqual(1);
            const stay = transition.from === null ? 0 : rules.stayIn(transition.from);
            if (transition.to !== 'reflex') expect(state.now - before.since).toBeGreaterThanOrEqual(stay);
          }
          before = state;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('a state stays small', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 100, maxLength: 300 }), (happenings) => {
        const anna = createPerson();
        for (const event of eventsOf(happenings)) anna.receives(event);
        expect(Buffer.byteLength(JSON.stringify(anna.state))).toBeLessThan(4096 - 29);
        expect(modes).toContain(anna.mode);
      }),
      { numRuns: 15 },
    );
  });
});

describe('a state at its fullest', () => {
  it('takes less than 4 KB', () => {
    const contexts = ['sleep', 'rest', 'unknown'] as const;
    const sources = ['a', 'b', 'c', 'd'].map((name) => name.padEnd(64, name));
    const against = [{ metric: 'sleep_score', above: 1 }];
    const names = [
      'rmssd_drop',
      'high_pulse',
      'high_stress',
      'stress_overload',
      'news2_spo2',
      'low_recovery',
    ];
    const wary = givenRules(Object.fromEntries(names.map((name) => [`rules.${name}.contrary`, against])));
    const readings = contexts.flatMap((context) =>
      [{}, { statistic: 'average' as const }, { statistic: 'median' as const }].flatMap((statistic) =>
        ['hrv_rmssd', 'hrv_sdnn'].map((metric) => ({
          metric,
          value: 60.1,
          unit: 'ms',
          context,
          ...statistic,
        })),
      ),
    );
    const anna = createPerson({ rules: wary }).lived(42, {}, { readings });
    for (let one = 0; one < 300; one += 1) {
      const values = { hrv_rmssd: 1 + ((one * 37) % 299), hrv_sdnn: 1 + ((one * 53) % 299) };
      for (const context of contexts) anna.reports(values, { context, ago: hour + one });
    }
    for (let one = 0; one < 8; one += 1)
      anna.reports({ steps: 1 }, { type: 'workout', ago: 31 * minute, over: minute });
    for (const context of contexts) {
      anna.later(minute);
      sources.forEach((source, one) => {
        const sick = { spo2: 80.1234 + 5 * one, respiratory_rate: 30.1234, body_temperature: 34.1234 };
        const tense = {
          heart_rate: 140.1234 - 30 * one,
          stress_level: 0.9123,
          hrv_rmssd: 25.1234,
          hrv_sdnn: 20.1234,
        };
        const scores = {
          readiness_score: 10.1,
          recovery_score: 10.1,
          sleep_score: 90.1,
          resting_heart_rate: 70.1,
        };
        anna.reports({ ...sick, ...tense, ...scores }, { context, source, ago: 4 - one, offset: '-10:00' });
      });
      anna.reports(
        { heart_rate: 150.1234, spo2: 80.1234, hrv_rmssd: 25.1234, stress_level: 0.9123 },
        { context },
      );
    }
    expect(anna.state.holds.length).toBeGreaterThan(10);
    expect(anna.state.newest.filter((entry) => entry !== 0)).toHaveLength(16);
    expect(Buffer.byteLength(JSON.stringify(anna.state))).toBeLessThan(4096 - 29);
  });
});

describe('a life of a person with every device', () => {
  it('takes less than 1.5 KB, and a quiet one hardly ever switches', () => {
    const anna = createPerson().later(-60 * day);
    const wave = (one: number, step: number) => Math.sin(one * 12.9898 + step * 78.233);
    for (let one = 0; one < 60; one += 1) {
      const night = { context: 'sleep', statistic: 'average', offset: '+02:00' } as const;
      anna.reports(
        { hrv_rmssd: 60 + 5 * wave(one, 1), resting_heart_rate: 52 + 2 * wave(one, 2) },
        { ...night, source: 'whoop' },
      );
      anna.reports(
        { recovery_score: 65 + 15 * wave(one, 3), sleep_score: 80, spo2: 96, respiratory_rate: 14 },
        { ...night, source: 'whoop' },
      );
      anna.reports({ readiness_score: 80 + 8 * wave(one, 4) }, { source: 'oura', type: 'readiness' });
      for (let step = 0; step < 30; step += 1) {
        anna
          .later(20 * minute)
          .reports(
            { heart_rate: 50 + 4 * wave(one, step), hrv_rmssd: 60 + 8 * wave(step, one) },
            { context: 'sleep', source: 'oura' },
          );
      }
      for (let step = 0; step < 42; step += 1) {
        anna.later(20 * minute).reports(
          {
            heart_rate: 65 + 9 * wave(one, step),
            hrv_rmssd: 50 + 9 * wave(step, one),
            stress_level: 0.4 + 0.2 * wave(one, step),
          },
          { source: 'apple' },
        );
      }
    }
    expect(JSON.stringify(anna.state).length + 29).toBeLessThan(1536);
    expect(anna.switches.length / anna.decisions.length).toBeLessThan(0.02);
  });
});
