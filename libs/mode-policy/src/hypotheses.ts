import { alertId, utc } from '@bridge/contracts';
import { evidenceOf, type EvidenceReading } from './evidence.ts';
import type { Judgement } from './judge-rules.ts';
import type { Doubt, Ending } from './person-state.ts';
import type { Rule, Verdict } from './rule.ts';
import type { RuleSet } from './rule-set.ts';
import type { Contrary } from './thresholds.ts';
import type { Seen, View } from './view.ts';

export type HypothesisStatus = 'open' | 'confirmed' | 'refuted' | 'expired';

/** Something that does not fit together, and what became of it. */
export type Hypothesis = {
  /** The same from opening to end. */
  readonly id: string;
  readonly rule: string;
  /** Opened beside a rule that fired although another signal speaks against it. */
  readonly isContrary: boolean;
  readonly status: HypothesisStatus;
  readonly at: string;
  readonly expiresAt: string;
  /** In words for a person. */
  readonly settledBy: string;
  readonly evidence: readonly EvidenceReading[];
};

/** What a later event said of an open hypothesis. `rearmed`: a settled one is over, so its rule may open it again. */
export type Review = {
  readonly key: string;
  readonly outcome: 'confirmed' | 'refuted' | 'rearmed';
  readonly evidence: readonly Seen[];
};

export type Reviewed = {
  readonly reviews: readonly Review[];
  /** The rule's question is answered: until it has left once it neither fires nor holds. */
  readonly isSettled: boolean;
  readonly ending: Ending | null;
};

/** More open questions than anybody follows. */
const kept = 4;
const contraryPrefix = 'contrary/';

export const nothingReviewed: Reviewed = { reviews: [], isSettled: false, ending: null };

/** What an event that a rule sees means for the rule's hypotheses. */
export function reviewDoubts(rule: Rule, verdict: Verdict, view: View): Reviewed {
  if (view.state.doubts.length === 0) return nothingReviewed;
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

/** Refuted when the readings fit again; confirmed when signals that are all new still contradict each other later. */
function ownOutcome(
  { leaves, isNew, enters, inputs }: Verdict,
  openedAt: number,
  isSettled: boolean,
  view: View,
) {
  if (leaves) return isSettled ? 'rearmed' : 'refuted';
  if (isSettled || !isNew || !enters) return null;
  const { confirm_after } = view.rules.thresholds.hypotheses;
  const isLater = view.now - openedAt >= confirm_after && inputs.every(({ at }) => at > openedAt);
  return isLater ? 'confirmed' : null;
}

/** The doubt was right when the rule leaves; it is refuted when the rule fires on with nothing against it. */
function contraryOutcome(rule: Rule, { leaves, isNew, enters }: Verdict, view: View) {
  if (leaves) return 'confirmed';
  return isNew && enters && contrarySignals(rule, view).length === 0 ? 'refuted' : null;
}

/** Signals present that speak against a rule. */
function contrarySignals({ contrary }: Rule, view: View): Seen[] {
  return contrary.flatMap((against) => {
    const seen = view.see(against.metric);
    return seen !== undefined && speaksAgainst(against, seen.value) ? [seen] : [];
  });
}

function speaksAgainst(against: Contrary, value: number): boolean {
  return 'above' in against ? value > against.above : value < against.below;
}

export type DoubtsUpdate = {
  readonly doubts: readonly Doubt[];
  readonly told: readonly Hypothesis[];
  /** Keys of open ones that made room for newer ones. */
  readonly displaced: readonly string[];
};

/** The open questions after a decision, and what is to be told of them. `cause`: the event's id or the due time. */
export function updateDoubts(
  view: View,
  fired: readonly Judgement[],
  reviews: readonly Review[],
  cause: string,
): DoubtsUpdate {
  const { state, rules } = view;
  if (state.doubts.length === 0 && fired.length === 0)
    return { doubts: state.doubts, told: [], displaced: [] };
  const told: Hypothesis[] = [];
  const tell = (doubt: Doubt, status: HypothesisStatus, evidence: readonly Seen[]) =>
    told.push(hypothesisOf(doubt, status, evidence, view));

  const doubts: Doubt[] = [];
  for (const doubt of state.doubts) {
    const review = reviews.find(({ key }) => key === doubt[0]);
    const isOver = view.now >= doubt[1] + rules.thresholds.hypotheses.life;
    if (review === undefined && !isOver) doubts.push(doubt);
    else if (review === undefined && doubt[2] === 0) tell(doubt, 'expired', []);
    else if (review !== undefined && review.outcome !== 'rearmed')
      tell(doubt, review.outcome, review.evidence);
    const [key, openedAt, , id] = doubt;
    if (review?.outcome === 'confirmed' && !key.startsWith(contraryPrefix))
      doubts.push([key, openedAt, 1, id]);
  }
  for (const [key, evidence] of opened(fired, view)) {
    if (doubts.some((doubt) => doubt[0] === key)) continue;
    const doubt: Doubt = [key, view.now, 0, alertId(cause, `hypothesis.${key}`)];
    doubts.push(doubt);
    tell(doubt, 'open', evidence);
  }
  const surplus = surplusOf(doubts);
  const displaced = surplus.filter((doubt) => doubt[2] === 0);
  for (const doubt of displaced) tell(doubt, 'expired', []);
  return {
    doubts: doubts.filter((doubt) => !surplus.includes(doubt)),
    told,
    displaced: displaced.map(([key]) => key),
  };
}

/** Whoever has to make room: settled ones, of which nothing is left to tell, then open ones; the oldest first. */
function surplusOf(doubts: readonly Doubt[]): readonly Doubt[] {
  return doubts.toSorted((a, b) => b[2] - a[2]).slice(0, Math.max(0, doubts.length - kept));
}

function opened(
  fired: readonly Judgement[],
  view: View,
): (readonly [key: string, evidence: readonly Seen[]])[] {
  return fired.flatMap(({ rule, verdict }) => {
    const own = rule.mode === 'hypothesis' ? [[rule.key, verdict.inputs] as const] : [];
    const against = contrarySignals(rule, view);
    if (against.length === 0) return own;
    return [...own, [contraryPrefix + rule.key, [...verdict.inputs, ...against]] as const];
  });
}

function hypothesisOf(
  [key, openedAt, , id]: Doubt,
  status: HypothesisStatus,
  evidence: readonly Seen[],
  view: View,
): Hypothesis {
  const isContrary = key.startsWith(contraryPrefix);
  const rule = ruleOf(isContrary ? key.slice(contraryPrefix.length) : key, view.rules);
  return {
    id,
    rule: rule?.name ?? key,
    isContrary,
    status,
    at: utc(view.now),
    expiresAt: utc(openedAt + view.rules.thresholds.hypotheses.life),
    settledBy: rule?.settledBy ?? '',
    evidence: evidence.map((seen) => evidenceOf(seen, view)),
  };
}

function ruleOf(key: string, { rules }: RuleSet): Rule | undefined {
  return rules.find((rule) => rule.key === key);
}
