import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import {
  metricNamed,
  type Answer,
  type BiometricEvent,
  type Context,
  type Motion,
  type Profile,
  type Reading,
  type Statistic,
} from '@bridge/contracts';
import { parseDocument } from 'yaml';
import { compose } from '../src/compose.ts';
import { decide, type Decision } from '../src/decide.ts';
import { collectKnown } from '../src/known-events.ts';
import { initialState, type PersonState } from '../src/person-state.ts';
import { ruleSetSchema } from '../src/check-thresholds.ts';
import { createRuleSet, type RuleSet } from '../src/rule-set.ts';
import { translationSchema } from '../src/texts-schema.ts';
import { signalsOf } from '../src/signals.ts';
import { nextDue } from '../src/next-due.ts';

const read = (name: string) => readFileSync(new URL(`../../../config/${name}`, import.meta.url), 'utf8');

export const source = read('neuros.yaml');
export const german = read('neuros.de.yaml');

/** What `config/neuros.yaml` says, with other values at some of its paths, such as `rules.pulse_high.critical_from`. */
function givenThresholds(changes: Readonly<Record<string, unknown>> = {}): unknown {
  const document = parseDocument(source);
  for (const [path, value] of Object.entries(changes))
    document.setIn(path.split('.'), document.createNode(value));
  return document.toJS();
}

export function givenRules(changes?: Readonly<Record<string, unknown>>): RuleSet {
  const { language, texts } = translationSchema.parse(parseDocument(german).toJS());
  return createRuleSet(ruleSetSchema.parse(givenThresholds(changes)), { [language]: texts });
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
  readonly motion?: Motion;
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
  readonly flags?: readonly string[];
  readonly profile?: Profile;
  readonly answer?: Answer;
  /** Instead of `values`. */
  readonly readings?: readonly Reading[];
};

let count = 0;

/** An event that arrives at `now`. */
export function eventOf(now: number, values: Values, options: EventOptions = {}): BiometricEvent {
  const {
    ago = 0,
    context,
    motion,
    statistic,
    over,
    source: from = 'oura',
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
    ...(motion && { motion }),
    ...(statistic && { statistic }),
    ...(over !== undefined && { start: localTime(now - ago - over, options.offset), end: at }),
  }));
  return {
    event_id: hash.slice(0, 32),
    user_id: 'anna',
    ...(device !== undefined && { device_id: device }),
    source: from,
    event_type: type,
    timestamp: at,
    received_at: new Date(now).toISOString(),
    version: options.version ?? 0,
    operation: options.operation ?? 'upsert',
    readings: [...(options.readings ?? readings)],
    ...(options.profile && { profile: options.profile }),
    ...(options.answer && { answer: options.answer }),
    provenance: {
      ...(object !== undefined && { object_id: object }),
      object_kind: object === undefined ? 'content' : 'vendor',
      reported: 'sensed',
      content_hash: hash,
      raw_sha256: hash,
      flags: [...(options.flags ?? [])],
    },
  };
}

function localTime(at: number, offset = 'Z'): string {
  if (offset === 'Z') return new Date(at).toISOString();
  const sign = offset.startsWith('-') ? -1 : 1;
  const minutes = sign * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)));
  return new Date(at + minutes * minute).toISOString().replace('Z', offset);
}

/** A night of eight hours that ended an hour ago, as one event of a ring. */
export const night: EventOptions = {
  context: 'sleep',
  type: 'sleep',
  over: 8 * hour,
  statistic: 'average',
  ago: hour,
};

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
    /** As `pulse_high firing warning` or `pulse_high resolved recovered`, of all decisions. */
    get alerts(): string[] {
      return decisions.flatMap(({ alertSignals }) =>
        alertSignals.map(({ kind, status, severity, reason }) => {
          return `${kind.replace('rule.', '')} ${status} ${reason ?? severity}`;
        }),
      );
    },
    /** Open alerts as `pulse_high warning`. */
    get open(): string[] {
      const open = new Map<string, string>();
      for (const { alertSignals } of decisions) {
        for (const { kind, status, severity } of alertSignals) {
          if (status === 'resolved') open.delete(kind);
          else open.set(kind, severity + (status === 'unconfirmed' ? ' unconfirmed' : ''));
        }
      }
      return Array.from(open, ([kind, severity]) => `${kind.replace('rule.', '')} ${severity}`);
    },
    /** The messages of a rule, with their sentences. */
    messages: (rule: string) =>
      decisions
        .flatMap((one) => compose(one, own).alertSignals)
        .filter(({ kind }) => kind === `rule.${rule}`),
    /** With their sentences. */
    get transitions() {
      return decisions.flatMap((one) => compose(one, own).transition ?? []);
    },
    get insights(): string[] {
      return decisions.flatMap(({ insights }) =>
        insights.map(({ kind, rule, status }) => [kind, rule, status].filter(Boolean).join(' ')),
      );
    },
    /** Forgets what was decided until now, so that assertions see what comes. */
    fromNow: () => {
      decisions.length = 0;
      return person;
    },
    /** An event arrives now. */
    reports: (values: Values, options?: EventOptions) => person.receives(eventOf(now, values, options)),
    /** The same values several times. */
    repeats: (times: number, every: number, values: Values, options?: EventOptions) => {
      for (let one = 0; one < times; one += 1) {
        if (one > 0) now += every;
        person.reports(values, options);
      }
      return person;
    },
    is: (profile: Profile) => person.reports({}, { type: 'profile', source: 'manual', profile }),
    /** Answers the newest message of a rule. */
    answers: (rule: string, answer: Answer['answer'], by: 'alert_id' | 'hypothesis_id' = 'alert_id') => {
      const signal = person.messages(rule).at(-1);
      const id = signal?.[by];
      if (id === undefined) throw new Error(`nothing of ${rule} can be answered`);
      return person.reports({}, { type: 'answer', source: 'manual', answer: { [by]: id, answer } });
    },
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
