import { hypothesisId, type Answer } from '@bridge/contracts';
import { idOfNewAlert, lifeOf, putAlert, raise, resolve, silence, type Episodes } from './episodes.ts';
import { putUnit, unitsOf } from './judge-units.ts';
import { localDay } from './local-day.ts';
import type { ActiveUnit, OpenAlert, UnexplainedRun } from './person-state.ts';
import { offsetAt } from './person-zone.ts';
import { settleBeside, settleQuestion } from './questions.ts';
import { confidenceBeyond, levels, withoutUsual, type Firing, type Unit } from './rule.ts';
import { asks, ruleNames, type RuleName } from './rule-names.ts';
import { highLimit, seenReading, type View } from './view.ts';

/** What became of an answer: for explain, which also shows why one was dropped. */
export type AnswerResult =
  | { readonly status: 'taken' | 'noted'; readonly rule: RuleName }
  | { readonly status: 'dropped'; readonly reason: 'unknown' | 'settled' };

/** A rule that an answer is about. Without an alert only the question beside it was asked. */
type Answered = { readonly number: number; readonly rule: RuleName; readonly alert: OpenAlert | undefined };

/** Applies a person's answer to the alert or question that it names. */
export function applyAnswer(view: View, answer: Answer, context: AnswerContext): AnswerResult {
  const answered = answeredBy(view, answer);
  if ('reason' in answered) return answered;
  const { rule, alert } = answered;
  if (answer.answer === 'fine' || answer.answer === 'exercise') {
    settle(view, answered, context.episodes);
    return { status: 'taken', rule };
  }
  if (alert !== undefined && rule === 'pulse_unexplained') {
    confirmUnexplained(view, alert, answer.answer === 'at_rest', context);
    return { status: 'taken', rule };
  }
  if (answer.answer === 'at_rest') return { status: 'noted', rule };
  raiseUnwell(view, answered, context);
  return { status: 'taken', rule };
}

type Dropped = Extract<AnswerResult, { readonly status: 'dropped' }>;

/** A question beside a rule is answered like the rule's own alert: both ask whether it is right. */
function answeredBy({ draft }: View, { alert_id, hypothesis_id }: Answer): Answered | Dropped {
  const beside = draft.contraries.find(([, , id]) => id === hypothesis_id);
  if (beside !== undefined)
    return answeredRule(
      beside[0],
      draft.alerts.find(({ rule }) => rule === beside[0]),
    );
  const isNamed = ({ id }: { readonly id: string }) => id === alert_id || hypothesisId(id) === hypothesis_id;
  const alert = draft.alerts.find(isNamed);
  if (alert === undefined) return dropped(draft.ended.some(isNamed));
  if (hypothesis_id !== undefined && alert.askedUntil === 0) return dropped(true);
  return answeredRule(alert.rule, alert);
}

function answeredRule(number: number, alert: OpenAlert | undefined): Answered {
  return { number, rule: ruleNames[number] as RuleName, alert };
}

function dropped(isSettled: boolean): Dropped {
  return { status: 'dropped', reason: isSettled ? 'settled' : 'unknown' };
}

/** The rule is silent at this level and below for a time, or until its leave condition was met. */
function settle(view: View, { number, rule, alert }: Answered, episodes: Episodes): void {
  const { draft, now, policy } = view;
  const { live, otherwise } = policy.thresholds.hypotheses.silence;
  const followed = unitsOf(draft, rule);
  const isLive = !asks(rule) && followed.every(({ isNight }) => isNight === 0);
  letGo(view, followed, episodes);
  if (alert === undefined) settleBeside(view, number, 'answered', episodes.questions);
  else resolve(view, alert, 'answered', episodes);
  silence(draft, number, alert?.level ?? levels.none, now + (isLive ? live : otherwise));
  for (const unit of followed) putUnit(view, { ...unit, holds: false, heldUntil: now });
}

/** An answered rule is still followed, but holds its mode no more. */
function letGo(view: View, followed: readonly ActiveUnit[], episodes: Episodes): void {
  for (const unit of followed) {
    if (unit.holds) episodes.endings.push({ unit: unit.unit, reason: 'answered' });
    putUnit(view, { ...unit, holds: false, heldUntil: view.now });
  }
}

/** The alert becomes a warning that stays open; its question is answered, and an answered question leaves its mode. */
function raiseUnwell(
  view: View,
  { number, rule, alert }: Answered,
  { cause, episodes }: AnswerContext,
): void {
  const { draft, now } = view;
  const followed = unitsOf(draft, rule);
  const isNight = followed.some((unit) => unit.isNight !== 0);
  const next: OpenAlert = {
    ...(alert ?? { rule: number, id: idOfNewAlert(view, { rule, ruleNumber: number }, cause) }),
    level: Math.max(alert?.level ?? levels.none, levels.warning),
    expiresAt: Math.max(alert?.expiresAt ?? 0, now + lifeOf(view, rule, isNight)),
    unconfirmedSince: 0,
    unwell: 1,
    askedUntil: 0,
  };
  putAlert(draft, next);
  episodes.notices.push({ status: 'firing', alert: next, rule, news: 'unwell' });
  settleBeside(view, number, 'answered', episodes.questions);
  if (alert === undefined || alert.askedUntil === 0) return;
  settleQuestion(alert, 'answered', episodes.questions);
  letGo(view, followed, episodes);
}

export type AnswerContext = {
  readonly seq: number;
  readonly cause: string;
  readonly episodes: Episodes;
  /** The unit that a high pulse at rest fires. */
  readonly pulseHigh: Unit;
};

/** A high pulse without movement is a high pulse at rest: by the question's last reading, however old. */
function confirmUnexplained(
  view: View,
  alert: OpenAlert,
  isAtRest: boolean,
  { seq, cause, episodes, pulseHigh: unit }: AnswerContext,
): void {
  const { draft, now, policy } = view;
  const asked = unitsOf(draft, 'pulse_unexplained')[0];
  const run = draft.runs.find(({ device }) => device === asked?.device);
  if (isAtRest && run !== undefined)
    draft.restUntil = [run.device, now + policy.thresholds.context.rest_after_answer];
  const firing = run && firingOf(view, run);
  if (firing === undefined) {
    resolve(view, alert, 'confirmed', episodes);
    return;
  }
  const { on } = firing;
  const active: ActiveUnit = {
    unit: unit.number,
    holds: true,
    heldUntil: 0,
    level: firing.level,
    firedAt: now,
    firedSeq: seq,
    lastAt: on.at,
    firedOn: on.at,
    device: on.device,
    isNight: 0,
    day: on.day,
    isInferred: 0,
    staleAt: now + policy.thresholds.fresh_for.heart_rate + 1,
    leaveFrom: 0,
  };
  putUnit(view, active);
  raise(view, unit, firing, cause, episodes);
  episodes.fired.push({ kind: 'fired', unit, active, firing });
}

function firingOf(view: View, run: UnexplainedRun): Firing {
  const { critical_from, leave_below_t } = view.policy.thresholds.rules.pulse_high;
  const seen = seenReading(view, {
    vital: 'heart_rate',
    device: run.device,
    at: run.last,
    value: run.value,
    flags: 0,
  });
  const day = localDay(run.last, offsetAt(view.draft, run.last));
  const limit = highLimit(view, { context: 'rest', day });
  const isCritical = view.isAdult && run.value >= critical_from;
  const sure = confidenceBeyond(run.value - (limit?.limit ?? run.value), leave_below_t, view);
  return {
    level: isCritical ? levels.critical : levels.warning,
    on: { ...seen, context: 'rest' },
    inputs: [
      {
        seen: { ...seen, context: 'rest' },
        threshold: isCritical ? critical_from : limit?.limit,
        usual: limit?.usual,
      },
    ],
    confidence: limit?.usual === undefined ? withoutUsual(sure, view) : sure,
    night: 0,
  };
}
