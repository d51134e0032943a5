import { transitionId, utc, type AlertStateSignal, type ModeTransition } from '@bridge/contracts';
import { alertsOfSwitch, alertUpdate } from './alerts.ts';
import { evidenceFor, type EvidenceReading } from './evidence.ts';
import { updateDoubts, type Hypothesis } from './hypotheses.ts';
import { judgeRules, withoutDisplaced, type Judged } from './judge-rules.ts';
import { nightInsights } from './night-insights.ts';
import type { Insight, Pattern } from './patterns.ts';
import type { Hold, PersonState } from './person-state.ts';
import { recurringPatterns, withRise } from './recurring.ts';
import type { RuleSet } from './rule-set.ts';
import { heldJudgements, switchMode, type Switch } from './switch-mode.ts';
import type { View } from './view.ts';

export type Decision = {
  readonly before: PersonState;
  readonly state: PersonState;
  readonly cause: ModeTransition['cause'];
  /** null: the mode stays as it is. */
  readonly transition: ModeTransition | null;
  readonly alertSignals: readonly AlertStateSignal[];
  /** Those that were opened or have ended. */
  readonly hypotheses: readonly Hypothesis[];
  readonly patterns: readonly Pattern[];
  readonly insights: readonly Insight[];
  /** What the decision rests on; empty when no rule fired and nothing switched. */
  readonly evidence: readonly EvidenceReading[];
  readonly rulesFired: readonly string[];
  /** Rules that hold from before. */
  readonly rulesHeld: readonly string[];
};

export type About = {
  readonly before: PersonState;
  readonly userId: string;
  readonly cause: ModeTransition['cause'];
  readonly isRevised: boolean;
  readonly isNightNew: boolean;
};

/** One decision: rules, hypotheses, mode, alert, patterns, in this order. */
export function conclude(view: View, about: About): Decision {
  const { state, now, rules } = view;
  const cause = 'event_id' in about.cause ? about.cause.event_id : about.cause.due;
  const all = judgeRules(view, about.isRevised);
  const { doubts, told, displaced } = updateDoubts(view, all.fired, all.reviews, cause);
  const judged = displaced.length === 0 ? all : withoutDisplaced(all, displaced, view);
  const { holds, change } = switchMode(view, judged);
  const named = namesOf(judged, holds, rules);
  const seq = state.seq + 1;
  const transition = change === null ? null : transitionOf(change, { view, about, seq, ...named });
  const evidence = evidenceAt(view, judged, holds, change);
  const { alert, alertSignals } = alertsAt(view, about, { judged, transition, evidence, ...named });
  const seen = patternsAt(view, about, change);
  const mode = change?.to ?? state.mode;
  return {
    before: about.before,
    state: {
      ...state,
      seq,
      now,
      mode,
      holds,
      alert,
      doubts,
      since: change === null ? state.since : now,
      ending: change === null ? judged.ending : null,
      others: 'due' in about.cause ? state.others : isFed(judged, holds, { mode }, rules) ? 0 : 1,
      nights: seen.nights,
      rises: seen.rises,
    },
    cause: about.cause,
    transition,
    alertSignals,
    hypotheses: told,
    patterns: seen.patterns,
    insights: seen.insights,
    evidence,
    ...named,
  };
}

type Named = { readonly rulesFired: readonly string[]; readonly rulesHeld: readonly string[] };

/** Two comparisons of devices are one rule to others. */
function namesOf({ fired }: Judged, holds: readonly Hold[], { rules }: RuleSet): Named {
  if (holds.length === 0) return { rulesFired: [], rulesHeld: [] };
  const rulesFired = [...new Set(fired.map(({ rule }) => rule.name))];
  const held = rules.filter(({ key }) => holds.some(([one]) => one === key)).map(({ name }) => name);
  return { rulesFired, rulesHeld: [...new Set(held)].filter((name) => !rulesFired.includes(name)) };
}

function transitionOf(
  { to, reason, confidence }: Switch,
  given: Named & { readonly view: View; readonly about: About; readonly seq: number },
): ModeTransition {
  const { view, about, seq, rulesFired, rulesHeld } = given;
  return {
    transition_id: transitionId(about.userId, about.cause),
    user_id: about.userId,
    seq,
    from: view.state.mode,
    to,
    at: utc(view.now),
    confidence,
    reason,
    rules_fired: [...rulesFired],
    rules_held: [...rulesHeld],
    cause: about.cause,
    rule_set: view.rules.hash,
    policy_version: view.rules.policyVersion,
  };
}

function evidenceAt(view: View, { fired }: Judged, holds: readonly Hold[], change: Switch | null) {
  if (change === null) return fired.length === 0 ? [] : evidenceFor(fired, view);
  const others = holds.filter(([key]) => fired.every(({ rule }) => rule.key !== key));
  return evidenceFor([...fired, ...heldJudgements(others, view)], view);
}

function alertsAt(
  view: View,
  { userId, cause }: About,
  given: Named & {
    readonly judged: Judged;
    readonly transition: ModeTransition | null;
    readonly evidence: readonly EvidenceReading[];
  },
): { readonly alert: string | null; readonly alertSignals: readonly AlertStateSignal[] } {
  const { state, now, rules } = view;
  const { judged, transition, evidence, rulesFired, rulesHeld } = given;
  const facts = { userId, now, rules: [...rulesFired, ...rulesHeld], evidence };
  if (transition !== null) {
    const { alert, signals } = alertsOfSwitch(state.alert, transition, facts, rules);
    return { alert, alertSignals: signals };
  }
  const { alert, mode } = state;
  const isRenewed = judged.fired.some(({ rule }) => rule.mode === mode);
  if (alert === null || mode === null || !isRenewed || !('event_id' in cause))
    return { alert, alertSignals: [] };
  return { alert, alertSignals: [alertUpdate(alert, mode, cause.event_id, facts, rules)] };
}

function patternsAt(view: View, { isNightNew }: About, change: Switch | null) {
  const { state, now, rules } = view;
  const isRise = change !== null && rules.severityOf(change.to) !== undefined;
  const rises = isRise ? withRise(state.rises, now, state.zone[0]) : state.rises;
  const night = isNightNew
    ? nightInsights(state.nights, state.lanes, rules)
    : { nights: state.nights, patterns: [], insights: [] };
  const patterns = isRise ? [...night.patterns, ...recurringPatterns(rises, rules)] : night.patterns;
  return { nights: night.nights, rises, patterns, insights: night.insights };
}

/** Whether the event brought an input of a rule that holds the mode. */
function isFed(
  { fed }: Judged,
  holds: readonly Hold[],
  { mode }: Pick<PersonState, 'mode'>,
  { rules }: RuleSet,
) {
  if (fed.size === 0) return false;
  return rules.some(
    (rule) => rule.mode === mode && fed.has(rule.key) && holds.some(([key]) => key === rule.key),
  );
}
