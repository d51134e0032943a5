import { alertId, hypothesisId, type AlertReason } from '@bridge/contracts';
import type { Draft } from './draft.ts';
import { isLowSide, type AlertNews } from './facts.ts';
import { dropUnit, putUnit, unitsOf, type UnitChange } from './judge-units.ts';
import type { Ending, OpenAlert } from './person-state.ts';
import { settleBeside, settleQuestion, type QuestionNotice } from './questions.ts';
import { levels, type Firing, type Unit } from './rule.ts';
import {
  asks,
  ruleNames,
  ruleOfUnit,
  ruleNumber,
  unitNames,
  type RuleName,
  type SettledStatus,
  type UnitName,
} from './rule-names.ts';
import type { View } from './view.ts';

/** A change of an episode that others hear of. */
export type EpisodeNotice = {
  readonly status: 'firing' | 'unconfirmed' | 'resolved';
  readonly alert: OpenAlert;
  readonly rule: RuleName;
  readonly reason?: AlertReason;
  readonly firing?: Firing;
  /** Why it is told again without a firing. */
  readonly news?: AlertNews;
};

export type Episodes = {
  readonly notices: EpisodeNotice[];
  readonly questions: QuestionNotice[];
  /** What an answer fired. */
  readonly fired: Extract<UnitChange, { kind: 'fired' }>[];
  /** Units that held and let go, and why. */
  readonly endings: { readonly unit: number; readonly reason: Ending }[];
};

const slowRules = new Set<RuleName>(['strain', 'illness_watch']);
const unexplained = ruleNumber('pulse_unexplained');

export function newEpisodes(): Episodes {
  return { notices: [], questions: [], fired: [], endings: [] };
}

/** Opens, raises, keeps and ends alerts by what happened to the units. `cause`: the event's id or the due time. */
export function followEpisodes(
  view: View,
  changes: readonly UnitChange[],
  cause: string,
  episodes: Episodes,
): void {
  for (const change of changes) {
    switch (change.kind) {
      case 'fired':
        raise(view, change.unit, change.firing, cause, episodes);
        break;
      case 'not_over':
        keep(view, change, episodes);
        break;
      case 'ended':
        end(view, change, episodes);
        break;
      case 'lapsed':
        lapse(view, change, episodes);
        break;
      case 'fell_silent':
        leaveUnconfirmed(view, change, episodes);
        break;
    }
  }
}

function alertOf(draft: Draft, rule: number): OpenAlert | undefined {
  for (const one of draft.alerts) if (one.rule === rule) return one;
  return undefined;
}

/** How long an alert lives after a value that fired it or did not end it. */
export function lifeOf(view: View, rule: RuleName, isNight: boolean): number {
  const { life } = view.policy.thresholds.alerts;
  if (slowRules.has(rule)) return life.slow;
  return isNight ? life.night : life.live;
}

function questionLife(view: View, rule: RuleName, isNight: boolean): number {
  const { life } = view.policy.thresholds.hypotheses;
  if (rule === 'pulse_unexplained') return life.pulse_unexplained;
  return isNight ? life.night : life.live;
}

/** A rule fired: its alert is opened, reopened or raised. */
export function raise(
  view: View,
  unit: Pick<Unit, 'rule' | 'ruleNumber'>,
  firing: Firing,
  cause: string,
  episodes: Episodes,
): void {
  const { draft, now } = view;
  const { rule, ruleNumber: number } = unit;
  if (rule === 'pulse_high' && firing.night === 0) confirmQuestion(view, episodes);
  if (firing.level === levels.none) return;
  const isNight = firing.night !== 0;
  const open = alertOf(draft, number);
  const next: OpenAlert = {
    rule: number,
    id: open?.id ?? idOfNewAlert(view, unit, cause),
    level: Math.max(open?.level ?? 0, firing.level),
    expiresAt: Math.max(open?.expiresAt ?? 0, now + lifeOf(view, rule, isNight)),
    unconfirmedSince: 0,
    unwell: open?.unwell ?? 0,
    askedUntil: askedUntil(view, rule, open, now + questionLife(view, rule, isNight)),
    ...(isLowSide(rule, firing, view.policy) && { isLow: 1 }),
  };
  putAlert(draft, next);
  if (open === undefined && asks(rule)) {
    const hypothesis = hypothesisId(next.id);
    episodes.questions.push({
      kind: 'hypothesis_opened',
      rule,
      hypothesisId: hypothesis,
      status: 'open',
      firing,
    });
  }
  const isTold = episodes.notices.some(({ alert }) => alert.id === next.id);
  if (open === undefined || isNews(open, next) || isTold)
    episodes.notices.push({ status: 'firing', alert: next, rule, firing });
}

/** An open alert is told again when its level rises, when it is confirmed again, and when the danger is the opposite one. */
function isNews(open: OpenAlert, next: OpenAlert): boolean {
  return next.level > open.level || open.unconfirmedSince !== 0 || open.isLow !== next.isLow;
}

/** A question lives from the last firing, the one about movement from its opening; one that was answered is closed. */
function askedUntil(view: View, rule: RuleName, open: OpenAlert | undefined, until: number): number {
  if (!asks(rule) || open?.unwell === 1) return 0;
  return rule === 'pulse_unexplained' && open !== undefined ? open.askedUntil : until;
}

/** That of the rule's alert which ended a short time ago, if there is one: it is the same episode. */
export function idOfNewAlert(
  { draft, now, policy }: View,
  { rule, ruleNumber }: Pick<Unit, 'rule' | 'ruleNumber'>,
  cause: string,
): string {
  const { reopen_within } = policy.thresholds.alerts;
  const found = draft.ended.find((one) => one.rule === ruleNumber && now - one.at <= reopen_within);
  if (found !== undefined) draft.ended = draft.ended.filter((one) => one !== found);
  return found?.id ?? alertId(cause, `rule.${rule}`);
}

/** A pulse that is high at rest answers the question whether the person moved. */
function confirmQuestion(view: View, episodes: Episodes): void {
  const alert = alertOf(view.draft, unexplained);
  if (alert === undefined) return;
  resolve(view, alert, 'confirmed', episodes);
  endRuns(view.draft);
}

/** A question that was answered or confirmed is not asked again for the same readings. */
function endRuns(draft: Draft): void {
  draft.runs = draft.runs.map((run) => ({ ...run, count: 0 }));
}

function keep(
  view: View,
  { unit, active }: Extract<UnitChange, { kind: 'not_over' }>,
  episodes: Episodes,
): void {
  const alert = alertOf(view.draft, unit.ruleNumber);
  if (alert === undefined) return;
  const expiresAt = Math.max(alert.expiresAt, view.now + lifeOf(view, unit.rule, active.isNight !== 0));
  const next = { ...alert, expiresAt, unconfirmedSince: 0 };
  putAlert(view.draft, next);
  if (alert.unconfirmedSince !== 0)
    episodes.notices.push({ status: 'firing', alert: next, rule: unit.rule, news: 'not_over' });
}

/** A unit is over. Its rule's alert is resolved when no part holds and the last that held was left by measurement. */
function end(
  view: View,
  { unit, active, reason }: Extract<UnitChange, { kind: 'ended' }>,
  episodes: Episodes,
): void {
  const { draft } = view;
  if (active.holds) episodes.endings.push({ unit: active.unit, reason });
  const others = unitsOf(draft, unit.rule);
  // A fall to a lower level is not the end that a silence waits for.
  if (reason === 'recovered' && others.length === 0)
    draft.silences = draft.silences.filter(({ rule }) => rule !== unit.ruleNumber);
  const lastHeld = (heldUntil: number) => (heldUntil === 0 ? Infinity : heldUntil);
  const isKept = others.some(
    (other) =>
      other.holds || reason === 'withdrawn' || lastHeld(other.heldUntil) > lastHeld(active.heldUntil),
  );
  const alert = alertOf(draft, unit.ruleNumber);
  if (isKept || alert === undefined) return;
  if (reason === 'withdrawn' && alert.unwell === 1) {
    // It is still followed, so that a measurement ends it.
    putUnit(view, { ...active, holds: false, heldUntil: view.now });
    return;
  }
  resolve(view, alert, reason, episodes);
}

function lapse(
  view: View,
  { unit, active, reason }: Extract<UnitChange, { kind: 'lapsed' }>,
  episodes: Episodes,
): void {
  const { draft } = view;
  // Events came since it last fired, or none did.
  const isQuiet = reason === 'stale' && draft.eventSeq <= active.firedSeq;
  episodes.endings.push({ unit: active.unit, reason: isQuiet ? 'no_data' : reason });
  if (reason === 'stale') leaveUnconfirmed(view, { unit, active }, episodes);
}

/** Silence is not recovery: an alert whose inputs went stale stays open, and says since when. */
function leaveUnconfirmed(
  view: View,
  { unit, active }: Pick<UnitChange, 'unit' | 'active'>,
  episodes: Episodes,
): void {
  const { draft, policy } = view;
  const alert = alertOf(draft, unit.ruleNumber);
  if (alert === undefined) return;
  const parts = unitsOf(draft, unit.rule);
  if (parts.some(({ holds }) => holds)) return;
  if (unit.rule === 'devices_disagree') {
    resolve(view, alert, 'stale', episodes);
    return;
  }
  const since =
    unit.vital === undefined ? active.lastAt : active.staleAt - 1 - policy.holdsFor(unit.vital, 0);
  const unconfirmedSince = Math.max(1, since, ...parts.map(({ lastAt }) => lastAt));
  if (unconfirmedSince === alert.unconfirmedSince) return;
  const next = { ...alert, unconfirmedSince };
  putAlert(draft, next);
  episodes.notices.push({ status: 'unconfirmed', alert: next, rule: unit.rule });
}

export function putAlert(draft: Draft, next: OpenAlert): void {
  const at = draft.alerts.findIndex(({ rule }) => rule === next.rule);
  draft.alerts = at === -1 ? [...draft.alerts, next] : draft.alerts.with(at, next);
}

const settledAs: Readonly<Record<AlertReason, SettledStatus>> = {
  recovered: 'refuted',
  withdrawn: 'refuted',
  answered: 'answered',
  confirmed: 'confirmed',
  expired: 'expired',
  stale: 'stale',
  policy_changed: 'stale',
};

/** Ends an episode, and the question that it asks. Its units are forgotten; an ended question leaves its mode. */
export function resolve(view: View, alert: OpenAlert, reason: AlertReason, episodes: Episodes): void {
  const { draft, now, policy } = view;
  const rule = ruleNames[alert.rule] as RuleName;
  draft.alerts = draft.alerts.filter((one) => one !== alert && one.rule !== alert.rule);
  const { reopen_within } = policy.thresholds.alerts;
  const ended = draft.ended.filter(({ at, rule: one }) => now - at <= reopen_within && one !== alert.rule);
  draft.ended = [...ended, { rule: alert.rule, id: alert.id, at: now }];
  for (const unit of unitsOf(draft, rule)) {
    if (unit.holds && reason !== 'recovered' && reason !== 'withdrawn')
      episodes.endings.push({ unit: unit.unit, reason });
    dropUnit(view, unit);
  }
  episodes.notices.push({ status: 'resolved', alert, rule, reason });
  if (alert.askedUntil !== 0) settleQuestion(alert, settledAs[reason], episodes.questions);
  settleBeside(view, alert.rule, settledAs[reason], episodes.questions);
}

/** Ends what has lived long enough. An expired question is not asked again for a time. */
export function expireEpisodes(view: View, episodes: Episodes): void {
  const { draft, now, policy } = view;
  const { otherwise } = policy.thresholds.hypotheses.silence;
  for (const alert of draft.alerts) {
    const isUnanswered = alert.askedUntil !== 0 && now >= alert.askedUntil;
    if (!isUnanswered && now < alert.expiresAt) continue;
    const followed = unitsOf(draft, ruleNames[alert.rule] as RuleName);
    resolve(view, alert, 'expired', episodes);
    if (!isUnanswered) continue;
    silence(draft, alert.rule, alert.level, now + otherwise);
    for (const unit of followed) putUnit(view, { ...unit, holds: false, heldUntil: now });
  }
}

export function silence(draft: Draft, rule: number, level: number, until: number): void {
  draft.silences = [...draft.silences.filter((one) => one.rule !== rule), { rule, level, until }];
}

/** Forgets what no longer matters: units without mode, alert and silence, silences and ended alerts that are over. */
export function tidyEpisodes(view: View): void {
  const { draft, now, policy } = view;
  const { reopen_within } = policy.thresholds.alerts;
  if (draft.silences.some(({ until }) => until <= now))
    draft.silences = draft.silences.filter(({ until }) => until > now);
  if (draft.ended.some(({ at }) => now - at > reopen_within))
    draft.ended = draft.ended.filter(({ at }) => now - at <= reopen_within);
  if (draft.units.length === 0) return;
  const matters = (number: number) =>
    draft.alerts.some(({ rule }) => rule === number) || draft.silences.some(({ rule }) => rule === number);
  const kept = draft.units.filter(
    ({ holds, unit }) => holds || matters(ruleNumber(ruleOfUnit(unitNames[unit] as UnitName))),
  );
  if (kept.length !== draft.units.length) draft.units = kept;
}
