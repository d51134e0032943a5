import { hypothesisId, type Answer } from '@bridge/contracts';
import { lifeOf, putAlert, raise, resolve, settleQuestion, silence, type Episodes } from './episodes.ts';
import { putUnit, unitsOf } from './judge-units.ts';
import { localDay } from './local-day.ts';
import type { ActiveUnit, OpenAlert, UnexplainedRun } from './person-state.ts';
import { offsetAt } from './person-zone.ts';
import { confidenceBeyond, levels, withoutUsual, type Firing, type Unit } from './rule.ts';
import { asks, ruleNames, type RuleName } from './rule-names.ts';
import { highLimit, seenReading, type View } from './view.ts';

/** What became of an answer: for explain, which also shows why one was dropped. */
export type AnswerResult =
  | { readonly status: 'taken' | 'noted'; readonly rule: RuleName }
  | { readonly status: 'dropped'; readonly reason: 'unknown' | 'settled' };

/** Applies a person's answer to the alert or question that it names. */
export function applyAnswer(view: View, answer: Answer, context: AnswerContext): AnswerResult {
  const { episodes } = context;
  const { draft } = view;
  const isNamed = ({ id }: { readonly id: string }) =>
    id === answer.alert_id || hypothesisId(id) === answer.hypothesis_id;
  const alert = draft.alerts.find(isNamed);
  if (alert === undefined) return dropped(draft.ended.some(isNamed));
  if (answer.hypothesis_id !== undefined && alert.askedUntil === 0) return dropped(true);
  const rule = ruleNames[alert.rule] as RuleName;
  if (answer.answer === 'fine' || answer.answer === 'exercise') {
    settle(view, alert, rule, episodes);
    return { status: 'taken', rule };
  }
  if (rule === 'pulse_unexplained') {
    confirmUnexplained(view, alert, answer.answer === 'at_rest', context);
    return { status: 'taken', rule };
  }
  if (answer.answer === 'at_rest') return { status: 'noted', rule };
  raiseUnwell(view, alert, rule, episodes);
  return { status: 'taken', rule };
}

function dropped(isSettled: boolean): AnswerResult {
  return { status: 'dropped', reason: isSettled ? 'settled' : 'unknown' };
}

/** The rule is silent at this level and below for a time, or until its leave condition was met. */
function settle(view: View, alert: OpenAlert, rule: RuleName, episodes: Episodes): void {
  const { draft, now, policy } = view;
  const { live, otherwise } = policy.thresholds.hypotheses.silence;
  const followed = unitsOf(draft, rule);
  const isLive = !asks(rule) && followed.every(({ isNight }) => isNight === 0);
  resolve(view, alert, 'answered', episodes);
  silence(draft, alert.rule, alert.level, now + (isLive ? live : otherwise));
  for (const unit of followed) putUnit(view, { ...unit, holds: false, heldUntil: now });
}

/** The alert becomes a warning that stays open; its question is answered, and an answered question leaves its mode. */
function raiseUnwell(view: View, alert: OpenAlert, rule: RuleName, episodes: Episodes): void {
  const { draft, now } = view;
  const followed = unitsOf(draft, rule);
  const isNight = followed.some((unit) => unit.isNight !== 0);
  const next: OpenAlert = {
    ...alert,
    level: Math.max(alert.level, levels.warning),
    expiresAt: Math.max(alert.expiresAt, now + lifeOf(view, rule, isNight)),
    unconfirmedSince: 0,
    unwell: 1,
    askedUntil: 0,
  };
  putAlert(draft, next);
  episodes.notices.push({ status: 'firing', alert: next, rule, news: 'unwell' });
  if (alert.askedUntil === 0) return;
  settleQuestion(alert, 'answered', episodes);
  for (const unit of followed) {
    if (unit.holds) episodes.endings.push({ unit: unit.unit, reason: 'answered' });
    putUnit(view, { ...unit, holds: false, heldUntil: now });
  }
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
