import { modes, type BiometricEvent } from '@bridge/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  createPerson,
  day,
  eventOf,
  hour,
  minute,
  noon,
  rules,
  type EventOptions,
} from '../test/policy-story.ts';
import { compose } from './compose.ts';
import { decide, evolve, type Decision } from './decide.ts';
import { collectKnown } from './known-events.ts';
import { nextDue } from './next-due.ts';
import { initialState, type PersonState } from './person-state.ts';
import { eventsToLoad } from './required-history.ts';
import { signalsOf } from './signals.ts';
import { restoreState, storeState } from './state-format.ts';

// Whatever arrives, in whatever order.

const metric = fc.constantFrom(
  ...[
    'heart_rate',
    'heart_rate',
    'heart_rate',
    'hrv_rmssd',
    'hrv_sdnn',
    'stress_level',
    'spo2',
    'respiratory_rate',
  ],
  ...[
    'readiness_score',
    'recovery_score',
    'resting_heart_rate',
    'sleep_score',
    'strain',
    'steps',
    'body_temperature',
  ],
  ...['skin_temp', 'skin_temp_deviation'],
);
const ranges: Readonly<Record<string, readonly [number, number]>> = {
  heart_rate: [30, 150],
  hrv_rmssd: [8, 150],
  hrv_sdnn: [8, 150],
  stress_level: [0, 1],
  spo2: [80, 100],
  respiratory_rate: [5, 30],
  body_temperature: [34, 42],
  skin_temp: [30, 36],
  skin_temp_deviation: [-2, 2],
  steps: [0, 12_000],
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
    motion: fc.constantFrom('active', 'sedentary'),
    statistic: fc.constantFrom('average', 'median', 'maximum', 'minimum'),
    source: fc.constantFrom('oura', 'whoop', 'apple', 'manual', 'p1', 'p2'),
    device: fc.constantFrom('a', 'b'),
    type: fc.constantFrom('sleep', 'workout', 'activity', 'heart_rate', 'recovery', 'profile', 'answer'),
    over: fc.constantFrom(minute, 20 * minute, 2 * hour, 13 * hour),
    object: fc.constantFrom('o1', 'o2', 'o3'),
    version: fc.integer({ min: 0, max: 5 }),
    operation: fc.constantFrom('upsert', 'upsert', 'upsert', 'delete'),
    offset: fc.constantFrom('Z', '+02:00', '-08:00', '+00:00'),
    flags: fc.constantFrom([], [], ['no_offset']),
    profile: fc.constantFrom(
      { birth_year: 2018 },
      { spo2_scale: 2 as const },
      { time_zone: 'Europe/Berlin', language: 'de' as const },
    ),
  },
  { requiredKeys: ['ago'] },
);
const happening = fc.record({
  values,
  options,
  later: fc.oneof(
    fc.integer({ min: -hour, max: hour }),
    fc.integer({ min: 0, max: 2 * day }),
    fc.constant(minute),
  ),
  answer: fc.option(fc.constantFrom('at_rest', 'exercise', 'fine', 'unwell')),
});
const life = fc.array(happening, { minLength: 1, maxLength: 40 });
type Life = readonly {
  readonly values: Record<string, number>;
  readonly options: EventOptions;
  readonly later: number;
  readonly answer: 'at_rest' | 'exercise' | 'fine' | 'unwell' | null;
}[];

/** The events of a life, each version of an object once: a second one would have the id of the first. */
function eventsOf(happenings: Life): BiometricEvent[] {
  let now = noon;
  const seen = new Set<string>();
  return happenings.map(({ values: given, options: eventOptions, later }, index) => {
    now += later;
    const { object, source = 'oura', version = 0, profile, ...others } = eventOptions;
    const key = `${source}/${object}/${version}`;
    const isNew = object !== undefined && !seen.has(key);
    seen.add(key);
    const said: EventOptions = profile === undefined ? {} : { profile, type: 'profile', source: 'manual' };
    const isProfile = profile !== undefined;
    const event = eventOf(
      now,
      eventOptions.operation === 'delete' || isProfile ? {} : given,
      isNew && !isProfile
        ? { ...eventOptions, ...said }
        : { ...others, source, version, operation: 'upsert', ...said },
    );
    return { ...event, event_id: index.toString(16).padStart(8, '0') + event.event_id.slice(8) };
  });
}

/** As the worker does it: batches, each with what it had to load from storage, states through storage. */
function inBatches(
  events: readonly BiometricEvent[],
  size: number,
): { decisions: Decision[]; state: string } {
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
    state = restoreState(storeState(state));
  }
  return { decisions, state: storeState(state) };
}

const outcome = ({ transition, alertSignals, insights }: Decision) => ({
  transition,
  alertSignals,
  insights,
});

describe('whatever arrives', () => {
  it('the size of a batch and storage change nothing', () => {
    fc.assert(
      fc.property(life, fc.integer({ min: 1, max: 12 }), (happenings, size) => {
        const events = eventsOf(happenings);
        const one = inBatches(events, 1);
        const many = inBatches(events, size);
        expect(many.state).toBe(one.state);
        const replayed = createPerson();
        for (const event of events) replayed.receives(event);
        expect(storeState(replayed.state)).toBe(one.state);
        expect(many.decisions.map(outcome)).toEqual(one.decisions.map(outcome));
        expect(replayed.decisions.map(outcome)).toEqual(one.decisions.map(outcome));
      }),
      { numRuns: 120 },
    );
  });

  it('extra ticks in between change nothing: due ticks are applied in any case', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        const seldom = createPerson();
        const often = createPerson();
        for (const event of eventsOf(happenings)) {
          seldom.receives(event);
          const due = Date.parse(event.received_at);
          const ticks = decide(often.state, { kind: 'tick', userId: 'anna', due }, rules);
          expect(nextDue(evolve(often.state, ticks), rules) ?? Infinity).toBeGreaterThan(
            Math.max(due, often.state.now),
          );
          often.receives(event);
        }
        expect(often.state).toEqual(seldom.state);
      }),
      { numRuns: 80 },
    );
  });

  it('every decision keeps its invariants', () => {
    fc.assert(
      fc.property(life, (happenings) => {
        const anna = createPerson();
        const events = eventsOf(happenings);
        events.forEach((event, index) => {
          anna.receives(event);
          const answer = happenings[index]?.answer;
          const [open] = anna.state.alerts;
          if (answer && open) {
            const said = { type: 'answer', source: 'manual', answer: { alert_id: open.id, answer } };
            anna.receives(eventOf(Date.parse(event.received_at), {}, said));
          }
        });
        let before: PersonState = initialState;
        const openAlerts = new Map<string, string>();
        for (const decision of anna.decisions) {
          checkDecision(decision, before);
          for (const { alert_id, status, kind } of decision.alertSignals) {
            if (status === 'resolved') {
              expect(openAlerts.get(kind)).toBe(alert_id);
              openAlerts.delete(kind);
            } else {
              expect([undefined, alert_id]).toContain(openAlerts.get(kind));
              openAlerts.set(kind, alert_id);
            }
          }
          expect(decision.state.alerts.map(({ id }) => id).toSorted()).toEqual(
            [...openAlerts.values()].toSorted(),
          );
          before = decision.state;
        }
      }),
      { numRuns: 150 },
    );
  });

  it('a state stays small', () => {
    fc.assert(
      fc.property(fc.array(happening, { minLength: 100, maxLength: 250 }), (happenings) => {
        const anna = createPerson();
        for (const event of eventsOf(happenings)) anna.receives(event);
        expect(Buffer.byteLength(storeState(anna.state))).toBeLessThan(6 * 1024 - 29);
      }),
      { numRuns: 12 },
    );
  });
});

function checkDecision(decision: Decision, before: PersonState): void {
  const { state, transition, cause } = decision;
  expect(decision.before).toEqual(before);
  expect(state.seq).toBe(before.seq + 1);
  expect(state.now).toBeGreaterThanOrEqual(before.now);
  expect(nextDue(state, rules) ?? Infinity).toBeGreaterThan(state.now);
  expect(modes).toContain(state.mode);
  expect(restoreState(storeState(state))).toEqual({ ...state, newest: expect.any(Array) as unknown });
  const composed = compose(decision, rules);
  for (const text of [composed.transition, ...composed.alertSignals, ...composed.insights]) {
    expect(text?.summary ?? '').not.toMatch(/[{}]/);
  }
  if ('due' in cause) expect({ ...state, seq: 0, now: 0 }).not.toEqual({ ...before, seq: 0, now: 0 });
  if (transition === null) {
    expect(state.mode).toBe(before.mode);
    return;
  }
  expect(transition).toMatchObject({ from: before.mode, to: state.mode, seq: state.seq });
  expect(transition.to).not.toBe(transition.from);
  expect(transition.confidence).toBeGreaterThanOrEqual(0);
  expect(transition.confidence).toBeLessThanOrEqual(1);
  const stay = transition.from === null ? 0 : rules.stayIn(transition.from);
  if (transition.to !== 'reflex' && transition.reason !== 'withdrawn')
    expect(state.now - before.since).toBeGreaterThanOrEqual(stay);
}
