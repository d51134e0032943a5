import { transitionId, utc, type AlertStateSignal, type ModeTransition } from '@bridge/contracts';
import { alertsOfSwitch, alertUpdate } from './alerts.ts';
import { evidenceFor, type EvidenceReading } from './evidence.ts';
import { updateHypotheses, type Hypothesis } from './hypotheses.ts';
import { judgeRules, withoutDisplaced, type RuleJudgements } from './judge-rules.ts';
import { nightInsights } from './night-insights.ts';
import type { Insight, Pattern } from './patterns.ts';
import type { ActiveRule, PersonState } from './person-state.ts';
import { recurringPatterns, withRise } from './recurring.ts';
import type { Rule } from './rule.ts';
import { heldJudgements, switchMode, type Switch, type SwitchResult } from './switch-mode.ts';
import type { View } from './view.ts';

export type Decision = {
  readonly before: PersonState;
  readonly state: PersonState;
  readonly cause: ModeTransition['cause'];
  /** null: the mode stays as it is. */
  readonly transition: ModeTransition | null;
  readonly alertSignals: readonly AlertStateSignal[];
  /** The hypotheses that were opened or have ended. */
  readonly hypotheses: readonly Hypothesis[];
  readonly patterns: readonly Pattern[];
  readonly insights: readonly Insight[];
  /** The signals that the decision rests on; empty when no rule fired and nothing switched. */
  readonly evidence: readonly EvidenceReading[];
  readonly rulesFired: readonly string[];
  /** Rules that fired earlier and still hold. */
  readonly rulesHeld: readonly string[];
};

/** The person and the cause of a decision. */
export type DecisionSubject = {
  readonly before: PersonState;
  readonly userId: string;
  readonly cause: ModeTransition['cause'];
  readonly isRevised: boolean;
  readonly isNightNew: boolean;
};

/** One decision: rules, hypotheses, mode, alert, patterns, in this order. */
export function conclude(view: View, rules: readonly Rule[], subject: DecisionSubject): Decision {
  const { state, now } = view;
  const cause = 'event_id' in subject.cause ? subject.cause.event_id : subject.cause.due;
  const all = judgeRules(view, rules, subject.isRevised);
  const hypotheses = updateHypotheses({ view, rules, fired: all.fired, reviews: all.reviews, cause });
  const { displaced } = hypotheses;
  const judgements = displaced.length === 0 ? all : withoutDisplaced(all, displaced, view, rules);
  const { active, change } = switchMode(view, rules, judgements);
  const names = namesOf(judgements, active, rules);
  const seq = state.seq + 1;
  const transition = change === null ? null : transitionOf(change, { view, subject, seq, names });
  const evidence = evidenceAt(view, rules, judgements, { active, change });
  const { alert, alertSignals } = alertsAt(view, subject, { judgements, transition, evidence, names });
  const seen = patternsAt(view, subject, change);
  const mode = change?.to ?? state.mode;
  return {
    before: subject.before,
    state: {
      ...state,
      seq,
      now,
      mode,
      holds: active,
      alert,
      doubts: hypotheses.open,
      since: change === null ? state.since : now,
      ending: change === null ? judgements.ending : null,
      others: 'due' in subject.cause ? state.others : isFed(judgements, active, mode, rules) ? 0 : 1,
      nights: seen.nights,
      rises: seen.rises,
    },
    cause: subject.cause,
    transition,
    alertSignals,
    hypotheses: hypotheses.changes,
    patterns: seen.patterns,
    insights: seen.insights,
    evidence,
    rulesFired: names.rulesFired,
    rulesHeld: names.rulesHeld,
  };
}

type RuleNames = Pick<Decision, 'rulesFired' | 'rulesHeld'>;

/** The names for others: the comparisons of devices share one. */
function namesOf(
  { fired }: RuleJudgements,
  active: readonly ActiveRule[],
  rules: readonly Rule[],
): RuleNames {
  if (active.length === 0) return { rulesFired: [], rulesHeld: [] };
  const rulesFired = [...new Set(fired.map(({ rule }) => rule.name))];
  const held = rules.filter(({ key }) => active.some(([one]) => one === key)).map(({ name }) => name);
  return { rulesFired, rulesHeld: [...new Set(held)].filter((name) => !rulesFired.includes(name)) };
}

function transitionOf(
  { to, reason, confidence }: Switch,
  given: {
    readonly view: View;
    readonly subject: DecisionSubject;
    readonly seq: number;
    readonly names: RuleNames;
  },
): ModeTransition {
  const { view, subject, seq, names } = given;
  return {
    transition_id: transitionId(subject.userId, subject.cause),
    user_id: subject.userId,
    seq,
    from: view.state.mode,
    to,
    at: utc(view.now),
    confidence,
    reason,
    rules_fired: [...names.rulesFired],
    rules_held: [...names.rulesHeld],
    cause: subject.cause,
    rule_set: view.policy.hash,
    policy_version: view.policy.policyVersion,
  };
}

function evidenceAt(
  view: View,
  rules: readonly Rule[],
  { fired }: RuleJudgements,
  { active, change }: SwitchResult,
): readonly EvidenceReading[] {
  if (change === null) return fired.length === 0 ? [] : evidenceFor(fired, view);
  const others = active.filter(([key]) => fired.every(({ rule }) => rule.key !== key));
  return evidenceFor([...fired, ...heldJudgements(others, view, rules)], view);
}

type AlertBasis = {
  readonly judgements: RuleJudgements;
  readonly transition: ModeTransition | null;
  readonly evidence: readonly EvidenceReading[];
  readonly names: RuleNames;
};

function alertsAt(
  { state, now, policy }: View,
  { userId, cause }: DecisionSubject,
  { judgements, transition, evidence, names }: AlertBasis,
): Pick<Decision, 'alertSignals'> & Pick<PersonState, 'alert'> {
  const facts = { userId, now, rules: [...names.rulesFired, ...names.rulesHeld], evidence };
  if (transition !== null) {
    const { alert, signals } = alertsOfSwitch(state.alert, transition, facts, policy);
    return { alert, alertSignals: signals };
  }
  const { alert, mode } = state;
  const isRenewed = judgements.fired.some(({ rule }) => rule.mode === mode);
  if (alert === null || mode === null || !isRenewed || !('event_id' in cause))
    return { alert, alertSignals: [] };
  return { alert, alertSignals: [alertUpdate(alert, mode, cause.event_id, facts, policy)] };
}

function patternsAt(
  { state, now, policy }: View,
  { isNightNew }: DecisionSubject,
  change: Switch | null,
): Pick<Decision, 'patterns' | 'insights'> & Pick<PersonState, 'nights' | 'rises'> {
  const isRise = change !== null && policy.severityOf(change.to) !== undefined;
  const rises = isRise ? withRise(state.rises, now, state.zone[0]) : state.rises;
  const night = isNightNew
    ? nightInsights(state.nights, state.lanes, policy)
    : { nights: state.nights, patterns: [], insights: [] };
  const patterns = isRise ? [...night.patterns, ...recurringPatterns(rises, policy)] : night.patterns;
  return { nights: night.nights, rises, patterns, insights: night.insights };
}

/** Whether the event contained an input of a rule that holds the mode. */
function isFed(
  { fed }: RuleJudgements,
  active: readonly ActiveRule[],
  mode: PersonState['mode'],
  rules: readonly Rule[],
): boolean {
  if (fed.size === 0) return false;
  return rules.some(
    (rule) => rule.mode === mode && fed.has(rule.key) && active.some(([key]) => key === rule.key),
  );
}
