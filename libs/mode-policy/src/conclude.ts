import {
  transitionId,
  utc,
  type Answer,
  type AlertStateSignal,
  type ModeTransition,
} from '@bridge/contracts';
import { alertSignalsOf, lastStates } from './alerts.ts';
import { applyAnswer, type AnswerResult } from './answers.ts';
import { expireContrary, followContrary } from './contrary.ts';
import {
  expireEpisodes,
  followEpisodes,
  newEpisodes,
  tidyEpisodes,
  type Episodes,
  type EpisodeNotice,
} from './episodes.ts';
import { evidenceOf, type EvidenceReading } from './evidence.ts';
import { ruleFacts, type RuleFacts } from './facts.ts';
import { earliestConcerned, judgeDays, waitingDay, type JudgedDay } from './illness-watch.ts';
import {
  illnessInsights,
  learningInsights,
  patternInsights,
  questionInsights,
  type InsightFacts,
} from './insights.ts';
import { judgeUnits, type UnitChange } from './judge-units.ts';
import { nightInsights } from './night-insights.ts';
import { lastDayPastNoon } from './noon.ts';
import type { Ending, PersonState } from './person-state.ts';
import { offsetAt } from './person-zone.ts';
import type { QuestionNotice } from './questions.ts';
import { recurringPatterns, withRise } from './recurring.ts';
import type { Firing, Unit } from './rule.ts';
import { unitNames, unitNumber, ruleOfUnit, type UnitName } from './rule-names.ts';
import type { RuleSet } from './rule-set.ts';
import { illnessBit } from './slots.ts';
import { switchMode, type Switch } from './switch-mode.ts';
import type { View } from './view.ts';

/** What the sentences of a decision name: see `compose.ts`. */
export type DecisionFacts = {
  readonly transition: RuleFacts | null;
  /** By the index of the alert signal. */
  readonly alerts: readonly RuleFacts[];
  readonly questions: readonly RuleFacts[];
};

export type Decision = {
  readonly before: PersonState;
  readonly state: PersonState;
  readonly cause: ModeTransition['cause'];
  /** null: the mode stays as it is. */
  readonly transition: ModeTransition | null;
  readonly alertSignals: readonly AlertStateSignal[];
  /** Without their sentences. */
  readonly insights: readonly InsightFacts[];
  /** The signals that the decision rests on; empty when no rule fired and nothing switched. */
  readonly evidence: readonly EvidenceReading[];
  readonly rulesFired: readonly string[];
  /** Rules that fired earlier and still hold. */
  readonly rulesHeld: readonly string[];
  readonly facts: DecisionFacts;
  /** Of an event that is an answer. */
  readonly answer: AnswerResult | null;
  /** How a time without an offset was taken. */
  readonly clock: 'local_clock' | 'no_offset' | null;
};

/** The person and the cause of a decision. */
export type DecisionSubject = {
  readonly before: PersonState;
  readonly userId: string;
  readonly cause: ModeTransition['cause'];
  readonly answer?: Answer | undefined;
  readonly clock?: Decision['clock'];
};

/** One decision: the illness watch, rules, alerts and questions, the mode, insights, in this order. */
export function conclude(view: View, rules: RuleSet, subject: DecisionSubject): Decision {
  const { draft, now } = view;
  const isTick = 'due' in subject.cause;
  const cause = 'due' in subject.cause ? subject.cause.due : subject.cause.event_id;
  const seq = draft.seq + 1;
  const episodes = newEpisodes();
  const judged = watchIllness(view, isTick);
  if (!isTick) draft.eventSeq = seq;
  const answer =
    subject.answer &&
    applyAnswer(view, subject.answer, {
      seq,
      cause,
      episodes,
      pulseHigh: rules.units[unitNumber('pulse_high.live')] as Unit,
    });
  const changes = judgeUnits(view, rules.units, seq);
  followEpisodes(view, changes, cause, episodes);
  followContrary(view, changes, cause, episodes);
  if (isTick) {
    expireEpisodes(view, episodes);
    expireContrary(view, episodes);
  }
  const fired = [...episodes.fired, ...changes.filter((change) => change.kind === 'fired')];
  draft.ending = endingAfter(view, rules.units, episodes);
  const change = switchMode({ view, units: rules.units, fired, ending: draft.ending });
  const names = namesOf(fired, view);
  const transition = change && transitionOf(change, { view, subject, seq, names });
  const told = insightsOf(view, { subject, seq, cause, change, judged, episodes });
  const notices = lastStates(episodes.notices);
  const alertSubject = {
    userId: subject.userId,
    seq,
    cause,
    mode: change?.to ?? draft.mode,
    transitionId: transition?.transition_id,
  };
  const decisive = [
    ...fired.map(({ firing }) => firing),
    ...(change?.deciding?.firing ? [change.deciding.firing] : []),
  ];
  const decision = {
    before: subject.before,
    cause: subject.cause,
    transition,
    alertSignals: alertSignalsOf(notices, view, alertSubject),
    insights: told,
    evidence: evidenceOf(
      decisive.flatMap(({ inputs }) => inputs),
      view,
    ),
    ...names,
    facts: factsOf(view, change, notices, episodes.questions),
    answer: answer ?? null,
    clock: subject.clock ?? null,
  };
  return { ...decision, state: finish(view, seq, now, change) };
}

/** The state after the decision. */
function finish(view: View, seq: number, now: number, change: Switch | null): PersonState {
  const { draft } = view;
  tidyEpisodes(view);
  draft.seq = seq;
  draft.now = now;
  if (change !== null) {
    draft.mode = change.to;
    draft.since = now;
    draft.ending = null;
  }
  if (draft.runs.length > 0) draft.runs = draft.runs.filter(({ last }) => now - last < runsKept);
  if (draft.restUntil !== null && now - draft.restUntil[1] > runsKept) draft.restUntil = null;
  return draft;
}

/** A question about movement lives for two hours, and asks about the hours before. */
const runsKept = 6 * 3_600_000;

function watchIllness(view: View, isTick: boolean): JudgedDay[] {
  const { draft, now, policy, delta } = view;
  const from = isTick ? (draft.waitingDay ?? Infinity) : earliestConcerned(delta.changed);
  if (from === Infinity) return [];
  const judged = judgeDays(draft, from, lastDayPastNoon(draft, now, policy), policy);
  draft.waitingDay = waitingDay(draft, policy);
  if (judged.length > 0) delta.bits |= illnessBit;
  return judged;
}

/** Why the present mode's last unit let go; null while one is left. */
function endingAfter({ draft }: View, units: readonly Unit[], { endings }: Episodes): Ending | null {
  const { mode } = draft;
  if (mode === null || draft.units.some(({ unit, holds }) => holds && units[unit]?.mode === mode))
    return null;
  return endings.findLast(({ unit }) => units[unit]?.mode === mode)?.reason ?? draft.ending;
}

type RuleNames = Pick<Decision, 'rulesFired' | 'rulesHeld'>;

/** The names for others: the parts of a rule share one. */
function namesOf(fired: readonly Extract<UnitChange, { kind: 'fired' }>[], { draft }: View): RuleNames {
  if (draft.units.length === 0) return { rulesFired: [], rulesHeld: [] };
  const rulesFired = [...new Set(fired.map(({ unit }) => unit.rule))];
  const held = draft.units
    .filter(({ holds }) => holds)
    .map(({ unit }) => ruleOfUnit(unitNames[unit] as UnitName))
    .filter((name) => !rulesFired.includes(name));
  return { rulesFired, rulesHeld: [...new Set(held)] };
}

type TransitionBasis = {
  readonly view: View;
  readonly subject: DecisionSubject;
  readonly seq: number;
  readonly names: RuleNames;
};

function transitionOf(
  { to, reason, confidence }: Switch,
  { view, subject, seq, names }: TransitionBasis,
): ModeTransition {
  return {
    transition_id: transitionId(subject.userId, subject.cause),
    user_id: subject.userId,
    seq,
    from: view.draft.mode,
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

type InsightBasis = {
  readonly subject: DecisionSubject;
  readonly seq: number;
  readonly cause: string;
  readonly change: Switch | null;
  readonly judged: readonly JudgedDay[];
  readonly episodes: Episodes;
};

function insightsOf(
  view: View,
  { subject, seq, cause, change, judged, episodes }: InsightBasis,
): readonly InsightFacts[] {
  const { draft, now, policy, delta } = view;
  const isRise = change !== null && (change.to === 'reflex' || change.to === 'guardian');
  if (isRise) draft.rises = withRise(draft.rises, now, offsetAt(draft, now));
  const hasNights = delta.changed.length > 0;
  if (!isRise && !hasNights && judged.length === 0 && episodes.questions.length === 0) return [];
  const about = { view, userId: subject.userId, seq, cause };
  const night = nightInsights(draft.nights, draft.lanes, delta.changed, policy);
  draft.nights = night.nights;
  const patterns = isRise ? [...night.patterns, ...recurringPatterns(draft.rises, policy)] : night.patterns;
  return [
    ...questionInsights(about, episodes.questions),
    ...patternInsights(about, patterns),
    ...illnessInsights(about, judged),
    ...learningInsights(about, delta.advanced),
  ];
}

function factsOf(
  view: View,
  change: Switch | null,
  notices: readonly EpisodeNotice[],
  questions: readonly QuestionNotice[],
): DecisionFacts {
  const { deciding } = change ?? {};
  return {
    transition: deciding ? ruleFacts(deciding.unit.rule, deciding.firing, view) : null,
    alerts: notices.map(({ rule, firing, news }) => ruleFacts(rule, firing, view, news)),
    questions: questions.flatMap(({ rule, firing }: { rule: RuleFacts['rule']; firing?: Firing }) =>
      firing === undefined ? [] : [ruleFacts(rule, firing, view)],
    ),
  };
}
