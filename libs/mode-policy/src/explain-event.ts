import { utc, type Context } from '@bridge/contracts';
import type { LiveReading, SignalFate } from './apply-event.ts';
import { confirm, contradictionOf, type LimitsOf } from './confirmation.ts';
import type { Decision } from './conclude.ts';
import { isAtRest } from './contexts.ts';
import { decideEvent, type EventCommand } from './decide.ts';
import { rounded } from './evidence.ts';
import { laneNumber } from './lane-kinds.ts';
import type { PersonState } from './person-state.ts';
import { rmssdLane } from './rmssd.ts';
import type { Firing, Verdict } from './rule.ts';
import type { RuleSet } from './rule-set.ts';
import type { SeenMetric } from './slots.ts';
import { lnOf, usualBefore, zOf, type Usual } from './usual.ts';
import { vitalLimits } from './rules/vital-rules.ts';
import { seenReading, type Seen, type View } from './view.ts';
import { findLane } from './baseline-series.ts';

/** What a person would ask about one reading of an event. */
export type ExplainedSignal = {
  readonly metric: SeenMetric;
  readonly value: number;
  readonly at: string;
  readonly context: Context;
  /** `unconfirmed`: beyond a threshold, and not yet confirmed; `vetoed`: another device contradicts it. */
  readonly fate: SignalFate['fate'] | 'unconfirmed' | 'vetoed';
  readonly comparisons: readonly Comparison[];
};

/** One rule's threshold for the reading, and how far it is away: positive beyond it. */
export type Comparison = {
  readonly rule: string;
  readonly threshold?: number;
  readonly beyond?: number;
  readonly usual?: number;
  readonly spread?: number;
  readonly days?: number;
  readonly z?: number;
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
    signals: fates.map((one) => explain(one, command, seenBy, rules)),
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
    .map(({ metric, value, at, context, fate, comparisons }) => {
      const compared = comparisons.map(describeComparison).join('; ');
      return `reading     ${metric} ${value} at ${at} (${context}): ${fate}${compared === '' ? '' : `; ${compared}`}`;
    })
    .concat(days)
    .join('\n');
}

function describeComparison({ rule, threshold, beyond, usual, spread, days, z }: Comparison): string {
  const parts = [
    ...(threshold === undefined ? [] : [`threshold ${threshold}, ${distance(beyond as number)}`]),
    ...(usual === undefined ? [] : [`usually ${usual} ± ${String(spread)} over ${String(days)} days`]),
    ...(z === undefined ? [] : [`z ${z}`]),
  ];
  return `${rule} ${parts.join(', ')}`;
}

function distance(beyond: number): string {
  return beyond > 0 ? `${beyond} beyond it` : `${-beyond} short of it`;
}

function explain(
  { signal, fate }: SignalFate,
  { event }: EventCommand,
  view: View,
  rules: RuleSet,
): ExplainedSignal {
  const { draft } = view;
  const source = draft.sources.indexOf(event.source);
  const reading = { at: signal.at, value: signal.value, flags: signal.flags };
  const known = draft.devices.findIndex(
    ([owner, name]) => owner === source && (name === '' || name === event.device_id || name.startsWith('~')),
  );
  // A version that was superseded need not have come from a device that is still known.
  const device = Math.max(0, known);
  const seen = seenReading(view, { vital: 'heart_rate', device, ...reading, ...zoneOf(signal.offset) });
  const own: Seen = { ...seen, metric: signal.metric, source };
  const found = signal.vital === undefined ? undefined : explainVital(view, own, signal.vital, fate);
  return {
    metric: signal.metric,
    value: rounded(signal.value, signal.metric),
    at: utc(signal.at),
    context: own.context,
    fate: found?.fate ?? fate,
    comparisons: [...(found?.comparisons ?? []), ...usualComparison(own, rules, view)],
  };
}

function zoneOf(offset: number | undefined): Partial<Pick<LiveReading, 'offset'>> {
  return offset === undefined ? {} : { offset };
}

/** The rules of a live vital sign: thresholds for this reading, and why it fired nothing although it is beyond one. */
function explainVital(
  view: View,
  seen: Seen,
  vital: LiveReading['vital'],
  fate: SignalFate['fate'],
): Pick<ExplainedSignal, 'fate' | 'comparisons'> {
  const comparisons: Comparison[] = [];
  let verdict: ExplainedSignal['fate'] = fate;
  for (const [rule, { vital: of, limitsOf }] of vitalLimits(view.policy.thresholds)) {
    const own: LimitsOf = (one, other) => limitsOf(one, other, 'live');
    const limits = of === vital && isAtRest(seen.context) ? limitsOf(view, seen, 'live') : undefined;
    if (limits === undefined) continue;
    const level = limits.levelOf(seen.value);
    const threshold = limits.thresholdOf(Math.max(1, level), seen.value);
    comparisons.push({
      rule,
      threshold: rounded(threshold, seen.metric),
      beyond: rounded(limits.beyond(seen.value), seen.metric),
      ...(limits.usual && figuresOf(limits.usual, seen.metric)),
    });
    if (fate !== 'input' || level === 0) continue;
    if (confirm(view, vital, seen, own).level === 0) verdict = 'unconfirmed';
    else if (contradictionOf(view, vital, seen, own) !== undefined) verdict = 'vetoed';
  }
  return { fate: verdict, comparisons };
}

/** A night's or spot's RMSSD against its own usual. */
function usualComparison(seen: Seen, rules: RuleSet, { draft }: View): Comparison[] {
  if (seen.metric !== 'hrv_rmssd') return [];
  const lane = findLane(draft.lanes, laneNumber(rmssdLane(seen)), seen.source);
  const usual = usualBefore(lane, seen.day, rules);
  if (usual === undefined) return [];
  return [{ rule: 'usual', ...figuresOf(usual, 'hrv_rmssd'), z: zOf(lnOf(seen.value), usual) }];
}

function figuresOf({ centre, spread, days }: Usual, metric: SeenMetric) {
  return {
    usual: rounded(metric === 'hrv_rmssd' ? Math.exp(centre) : centre, metric),
    spread: Math.round(spread * 100) / 100,
    days,
  };
}
