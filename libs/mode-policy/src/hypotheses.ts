import { alertId, utc } from '@bridge/contracts';
import { evidenceOf, type EvidenceReading } from './evidence.ts';
import type { OpenHypothesis, Ending } from './person-state.ts';
import type { Judgement, Rule, Verdict } from './rule.ts';
import type { Contrary } from './thresholds.ts';
import type { VisibleSignal, View } from './view.ts';

export type HypothesisStatus = 'open' | 'confirmed' | 'refuted' | 'expired';

/** A question that contradictory readings raise, and its outcome. */
export type Hypothesis = {
  /** The same from opening to end. */
  readonly id: string;
  readonly rule: string;
  /** Opened because another signal speaks against a rule that fired. */
  readonly isContrary: boolean;
  readonly status: HypothesisStatus;
  readonly at: string;
  readonly expiresAt: string;
  /** Which measurement would settle it, in words for a person. */
  readonly settledBy: string;
  readonly evidence: readonly EvidenceReading[];
};

/** A later event's answer to an open hypothesis. `rearmed`: a settled one is over, so its rule may open it again. */
export type Review = {
  readonly key: string;
  readonly outcome: 'confirmed' | 'refuted' | 'rearmed';
  readonly evidence: readonly VisibleSignal[];
};

export type ReviewResult = {
  readonly reviews: readonly Review[];
  /** The rule's question is answered: the rule neither fires nor holds until it has left once. */
  readonly isSettled: boolean;
  readonly ending: Ending | null;
};

/** Nobody follows more open questions than this. */
const kept = 4;
const contraryPrefix = 'contrary/';

export const noReview: ReviewResult = { reviews: [], isSettled: false, ending: null };

/** Reviews the hypotheses of a rule that sees the event. */
export function reviewHypotheses(rule: Rule, verdict: Verdict, view: View): ReviewResult {
  if (view.state.doubts.length === 0) return noReview;
  const reviews: Review[] = [];
  let isSettled = false;
  let ending: Ending | null = null;
  for (const [key, openedAt, settled] of view.state.doubts) {
    if (key === rule.key) {
      const outcome = ownOutcome(verdict, openedAt, settled === 1, view);
      if (outcome !== null) reviews.push({ key, outcome, evidence: verdict.inputs });
      isSettled = outcome === 'confirmed' || (settled === 1 && outcome === null);
      if (outcome === 'confirmed') ending = 'hypothesis_confirmed';
      if (outcome === 'refuted') ending = 'hypothesis_refuted';
    } else if (key === contraryPrefix + rule.key) {
      const outcome = contraryOutcome(rule, verdict, view);
      if (outcome !== null) reviews.push({ key, outcome, evidence: verdict.inputs });
    }
  }
  return { reviews, isSettled, ending };
}

/** Refuted when the readings agree again; confirmed when entirely new signals still contradict each other later. */
function ownOutcome(
  { leaves, isNew, enters, inputs }: Verdict,
  openedAt: number,
  isSettled: boolean,
  view: View,
) {
  if (leaves) return isSettled ? 'rearmed' : 'refuted';
  if (isSettled || !isNew || !enters) return null;
  const { confirm_after } = view.policy.thresholds.hypotheses;
  const isLater = view.now - openedAt >= confirm_after && inputs.every(({ at }) => at > openedAt);
  return isLater ? 'confirmed' : null;
}

/** Confirmed when the rule leaves; refuted when the rule fires again with nothing against it. */
function contraryOutcome(rule: Rule, { leaves, isNew, enters }: Verdict, view: View) {
  if (leaves) return 'confirmed';
  return isNew && enters && contrarySignals(rule, view).length === 0 ? 'refuted' : null;
}

/** Signals present that speak against a rule. */
function contrarySignals({ contrary }: Rule, view: View): VisibleSignal[] {
  return contrary.flatMap((against) => {
    const seen = view.see(against.metric);
    return seen !== undefined && speaksAgainst(against, seen.value) ? [seen] : [];
  });
}

function speaksAgainst(against: Contrary, value: number): boolean {
  return 'above' in against ? value > against.above : value < against.below;
}

export type HypothesesUpdate = {
  readonly open: readonly OpenHypothesis[];
  /** Hypotheses that were opened or have ended. */
  readonly changes: readonly Hypothesis[];
  /** Keys of open ones that were displaced by newer ones. */
  readonly displaced: readonly string[];
};

type HypothesesContext = {
  readonly view: View;
  readonly rules: readonly Rule[];
  readonly fired: readonly Judgement[];
  readonly reviews: readonly Review[];
  /** The event's id or the due time. */
  readonly cause: string;
};

/** The open hypotheses after a decision, and the changes to report. */
export function updateHypotheses(context: HypothesesContext): HypothesesUpdate {
  const { view, rules, fired, reviews, cause } = context;
  const { state, policy } = view;
  if (state.doubts.length === 0 && fired.length === 0)
    return { open: state.doubts, changes: [], displaced: [] };
  const changes: Hypothesis[] = [];
  const report = (one: OpenHypothesis, status: HypothesisStatus, evidence: readonly VisibleSignal[]) =>
    changes.push(hypothesisOf(one, status, evidence, view, rules));

  const open: OpenHypothesis[] = [];
  for (const one of state.doubts) {
    const review = reviews.find(({ key }) => key === one[0]);
    const isOver = view.now >= one[1] + policy.thresholds.hypotheses.life;
    if (review === undefined && !isOver) open.push(one);
    else if (review === undefined && one[2] === 0) report(one, 'expired', []);
    else if (review !== undefined && review.outcome !== 'rearmed')
      report(one, review.outcome, review.evidence);
    const [key, openedAt, , id] = one;
    if (review?.outcome === 'confirmed' && !key.startsWith(contraryPrefix)) open.push([key, openedAt, 1, id]);
  }
  for (const [key, evidence] of questionsOf(fired, view)) {
    if (open.some((one) => one[0] === key)) continue;
    const added: OpenHypothesis = [key, view.now, 0, alertId(cause, `hypothesis.${key}`)];
    open.push(added);
    report(added, 'open', evidence);
  }
  const surplus = surplusOf(open);
  const displaced = surplus.filter((one) => one[2] === 0);
  for (const one of displaced) report(one, 'expired', []);
  return {
    open: open.filter((one) => !surplus.includes(one)),
    changes,
    displaced: displaced.map(([key]) => key),
  };
}

/** The ones that make room: first the settled, which have nothing left to report, then the open; the oldest first. */
function surplusOf(open: readonly OpenHypothesis[]): readonly OpenHypothesis[] {
  return open.toSorted((a, b) => b[2] - a[2]).slice(0, Math.max(0, open.length - kept));
}

/** The questions that rules raise when they fire. */
function questionsOf(
  fired: readonly Judgement[],
  view: View,
): (readonly [key: string, evidence: readonly VisibleSignal[]])[] {
  return fired.flatMap(({ rule, verdict }) => {
    const own = rule.mode === 'hypothesis' ? [[rule.key, verdict.inputs] as const] : [];
    const against = contrarySignals(rule, view);
    if (against.length === 0) return own;
    return [...own, [contraryPrefix + rule.key, [...verdict.inputs, ...against]] as const];
  });
}

function hypothesisOf(
  [key, openedAt, , id]: OpenHypothesis,
  status: HypothesisStatus,
  evidence: readonly VisibleSignal[],
  view: View,
  rules: readonly Rule[],
): Hypothesis {
  const isContrary = key.startsWith(contraryPrefix);
  const ruleKey = isContrary ? key.slice(contraryPrefix.length) : key;
  const rule = rules.find((one) => one.key === ruleKey);
  return {
    id,
    rule: rule?.name ?? key,
    isContrary,
    status,
    at: utc(view.now),
    expiresAt: utc(openedAt + view.policy.thresholds.hypotheses.life),
    settledBy: rule?.settledBy ?? '',
    evidence: evidence.map((seen) => evidenceOf(seen, view)),
  };
}
