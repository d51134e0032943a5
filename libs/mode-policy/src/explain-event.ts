import { utc, type Context } from '@bridge/contracts';
import type { LiveReading, SignalFate } from './apply-event.ts';
import { comparisonsOf, type Comparison } from './compare-signal.ts';
import { confirm, contradictionOf, type LimitsOf } from './confirmation.ts';
import type { Decision } from './conclude.ts';
import { isAtRest } from './contexts.ts';
import { decideEvent, type EventCommand } from './decide.ts';
import { deviceName } from './draft.ts';
import { bandOf, rounded } from './evidence.ts';
import type { PersonState } from './person-state.ts';
import type { Firing, Verdict } from './rule.ts';
import type { RuleSet } from './rule-set.ts';
import type { SeenMetric, Vital } from './slots.ts';
import { vitalLimits } from './rules/vital-rules.ts';
import { seenReading, type Seen, type View } from './view.ts';

/** What a person would ask about one reading of an event. */
export type ExplainedSignal = {
  readonly metric: SeenMetric;
  readonly value: number;
  readonly at: string;
  readonly context: Context;
  /** `unconfirmed`: beyond a threshold, and not yet confirmed; `vetoed`: another device contradicts it. */
  readonly fate: SignalFate['fate'] | 'unconfirmed' | 'vetoed';
  /** The vendor's own word for the value. */
  readonly band?: string;
  readonly comparisons: readonly Comparison[];
};

export type ExplainedEvent = {
  readonly decisions: readonly Decision[];
  readonly signals: readonly ExplainedSignal[];
  /** The days that the slow rules that fired counted, by rule, also where no mode and no alert changed. */
  readonly counted: Readonly<Record<string, string>>;
};

/** Decides an event and gives the fate of each of its readings. */
export function explainEvent(before: PersonState, command: EventCommand, rules: RuleSet): ExplainedEvent {
  const fates: SignalFate[] = [];
  let view: View | undefined;
  const decisions = decideEvent(before, command, rules, {
    fates,
    look: (one) => {
      view = one;
    },
  });
  const seenBy = view as unknown as View;
  return {
    decisions,
    signals: fates.map((one) => explain(one, command, seenBy)),
    counted: countedBy(seenBy, decisions.at(-1) as Decision, rules),
  };
}

function countedBy(view: View, { rulesFired }: Decision, rules: RuleSet): Record<string, string> {
  const counted: Record<string, string> = {};
  for (const { rule, judge } of rules.units) {
    if (!slowRules.includes(rule) || !rulesFired.includes(rule)) continue;
    // It fired just now, and judging changes nothing.
    const { firing } = judge(view, undefined) as Verdict;
    counted[rule] = String((firing as Firing).facts?.['counted']);
  }
  return counted;
}

const slowRules: readonly string[] = ['strain', 'illness_watch'];

/** The readings of an explained event, a line each, and the days that slow rules counted, for a terminal. */
export function describeSignals({ signals, counted }: ExplainedEvent): string {
  const days = Object.entries(counted).map(([rule, list]) => `counted     ${rule}: ${list}`);
  return signals
    .map(({ metric, value, band, at, context, fate, comparisons }) => {
      const word = band === undefined ? '' : ` (${band})`;
      const compared = comparisons.map((one) => `; ${describeComparison(one)}`).join('');
      return `reading     ${metric} ${value}${word} at ${at} (${context}): ${fate}${compared}`;
    })
    .concat(days)
    .join('\n');
}

function describeComparison(one: Comparison): string {
  const { rule, of, value, threshold, beyond, usual, spread, days, z, lacksRest } = one;
  const parts = [
    ...(of === undefined ? [] : [`${of} ${String(value)}`]),
    ...(threshold === undefined ? [] : [`threshold ${threshold}, ${distance(beyond as number)}`]),
    ...(usual === undefined ? [] : [`usually ${usual} ± ${String(spread)} over ${String(days)} days`]),
    ...(z === undefined ? [] : [`z ${z}`]),
    ...(lacksRest === undefined ? [] : ['asks for rest']),
  ];
  return `${rule} ${parts.join(', ')}`;
}

function distance(beyond: number): string {
  return beyond > 0 ? `${beyond} beyond it` : `${-beyond} short of it`;
}

function explain({ signal, fate }: SignalFate, { event }: EventCommand, view: View): ExplainedSignal {
  const { draft } = view;
  const source = draft.sources.indexOf(event.source);
  const name = deviceName(event.device_id);
  // A version that was superseded need not have come from a device that is still known.
  const device = draft.devices.findIndex((one) => one[0] === source && one[1] === name);
  const reading = { at: signal.at, value: signal.value, flags: signal.flags };
  const seen = seenReading(view, { vital: 'heart_rate', device, ...reading, ...zoneOf(signal.offset) });
  const own: Seen = { ...seen, metric: signal.metric, source };
  const band = bandOf(view, event.source, signal.metric, signal.value);
  return {
    metric: signal.metric,
    value: rounded(signal.value, signal.metric),
    at: utc(signal.at),
    context: own.context,
    fate: fate === 'input' && signal.vital !== undefined ? fateOfVital(view, own, signal.vital) : fate,
    ...(band !== undefined && { band }),
    comparisons: comparisonsOf(view, own, signal),
  };
}

function zoneOf(offset: number | undefined): Partial<Pick<LiveReading, 'offset'>> {
  return offset === undefined ? {} : { offset };
}

/** Why a live vital sign fired nothing although it is beyond a threshold. */
function fateOfVital(view: View, seen: Seen, vital: Vital): ExplainedSignal['fate'] {
  let fate: ExplainedSignal['fate'] = 'input';
  if (!isAtRest(seen.context)) return fate;
  for (const [, { vital: of, limitsOf }] of vitalLimits(view.policy.thresholds)) {
    const own: LimitsOf = (one, other) => limitsOf(one, other, 'live');
    if (of !== vital || (own(view, seen)?.levelOf(seen.value) ?? 0) === 0) continue;
    if (confirm(view, vital, seen, own).level === 0) fate = 'unconfirmed';
    else if (contradictionOf(view, vital, seen, own) !== undefined) fate = 'vetoed';
  }
  return fate;
}
