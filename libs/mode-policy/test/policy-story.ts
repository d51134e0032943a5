import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  metricNamed,
  type BiometricEvent,
  type Context,
  type Reading,
  type Statistic,
} from '@bridge/contracts';
import { parseDocument } from 'yaml';
import { decide, type Decision } from '../src/decide.ts';
import { collectKnown } from '../src/known-events.ts';
import { initialState, type PersonState } from '../src/person-state.ts';
import { ruleSetSchema } from '../src/check-thresholds.ts';
import { createRuleSet, type RuleSet } from '../src/rule-set.ts';
import { signalsOf } from '../src/signals.ts';
import { nextDue } from '../src/next-due.ts';

const source = readFileSync(new URL('../../../config/neuros.yaml', import.meta.url), 'utf8');

/** What `config/neuros.yaml` says, with other values at some of its paths, such as `rules.high_pulse.enter`. */
export function givenThresholds(changes: Readonly<Record<string, unknown>> = {}): unknown {
  const document = parseDocument(source);
  for (const [path, value] of Object.entries(changes))
    document.setIn(path.split('.'), document.createNode(value));
  return document.toJS();
}

export function givenRules(changes?: Readonly<Record<string, unknown>>): RuleSet {
  return createRuleSet(ruleSetSchema.parse(givenThresholds(changes)));
}

export const rules = givenRules();

export const second = 1_000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
/** A Friday. */
export const noon = Date.parse('2026-11-20T12:00:00Z');

export type Values = Readonly<Record<string, number>>;
export type EventOptions = {
  /** How long before now it was measured, in ms. */
  readonly ago?: number;
  readonly context?: Context;
  readonly statistic?: Statistic;
  /** Length of the readings' interval, in ms. */
  readonly over?: number;
  readonly source?: string;
  readonly device?: string;
  readonly type?: string;
  readonly object?: string;
  readonly version?: number;
  readonly operation?: 'upsert' | 'delete';
  /** Written into the times, such as `+02:00`. */
  readonly offset?: string;
  /** Instead of `values`. */
  readonly readings?: readonly Reading[];
};

let count = 0;

/** An event that arrives at `now`. */
export function eventOf(now: number, values: Values, options: EventOptions = {}): BiometricEvent {
  const {
    ago = 0,
    context,
    statistic,
    over,
    source = 'oura',
    device,
    type = 'measurement',
    object,
  } = options;
  count += 1;
  const hash = createHash('sha256')
    .update(`${object ?? count}/${options.version ?? 0}`)
    .digest('hex');
  const at = localTime(now - ago, options.offset);
  const readings = Object.entries(values).map(([metric, value]): Reading => ({
    metric,
    value,
    unit: metricNamed(metric)?.unit ?? '1',
    ...(context && { context }),
    ...(statistic && { statistic }),
    ...(over !== undefined && { start: localTime(now - ago - over, options.offset), end: at }),
  }));
  return {
    event_id: hash.slice(0, 32),
    user_id: 'anna',
    ...(device !== undefined && { device_id: device }),
    source,
    event_type: type,
    timestamp: at,
    received_at: new Date(now).toISOString(),
    version: options.version ?? 0,
    operation: options.operation ?? 'upsert',
    readings: [...(options.readings ?? readings)],
    provenance: {
      ...(object !== undefined && { object_id: object }),
      object_kind: object === undefined ? 'content' : 'vendor',
      reported: 'sensed',
      content_hash: hash,
      raw_sha256: hash,
      flags: [],
    },
  };
}

export function localTime(at: number, offset = 'Z'): string {
  if (offset === 'Z') return new Date(at).toISOString();
  const sign = offset.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
  return new Date(at + minutes * minute).toISOString().replace('Z', offset);
}

/** A person to whom things happen; what was decided is kept. */
export function createPerson(given: { rules?: RuleSet; now?: number; state?: PersonState } = {}) {
  const known = collectKnown();
  const own = given.rules ?? rules;
  let now = given.now ?? noon;
  let state = given.state ?? initialState;
  const decisions: Decision[] = [];

  const take = (made: readonly Decision[]) => {
    decisions.push(...made);
    state = made.at(-1)?.state ?? state;
  };
  const person = {
    get state() {
      return state;
    },
    get mode() {
      return state.mode;
    },
    get now() {
      return now;
    },
    decisions,
    get last(): Decision {
      const last = decisions.at(-1);
      if (last === undefined) throw new Error('nothing was decided');
      return last;
    },
    /** As `from → to: reason`. */
    get switches(): string[] {
      return decisions.flatMap(({ transition: made }) =>
        made === null ? [] : [`${made.from ?? 'none'} → ${made.to}: ${made.reason}`],
      );
    },
    /** An event arrives now. */
    reports: (values: Values, options?: EventOptions) => person.receives(eventOf(now, values, options)),
    receives: (event: BiometricEvent) => {
      take(decide(state, { kind: 'event', event, signals: signalsOf(event, own), known }, own));
      known.add(event);
      return person;
    },
    /** Time goes on, and nobody looks. */
    later: (ms: number) => {
      now += ms;
      return person;
    },
    /** Time goes on, and the sweeper looks. */
    waits: (ms: number) => {
      now += ms;
      take(decide(state, { kind: 'tick', userId: 'anna', due: now }, own));
      return person;
    },
    /** Readings on each of the days before now, at this time of day; the first argument is the oldest day. */
    lived: (days: number, values: Values | ((one: number) => Values), options?: EventOptions) => {
      now -= days * day;
      for (let one = 0; one < days; one += 1) {
        person.reports(typeof values === 'function' ? values(one) : values, options);
        now += day;
      }
      return person;
    },
    get due() {
      return nextDue(state, own);
    },
  };
  return person;
}
