import { noReview, reviewHypotheses, type Review } from './hypotheses.ts';
import type { ActiveRule, Ending } from './person-state.ts';
import type { Judgement, Rule, Verdict } from './rule.ts';
import type { View } from './view.ts';

/** The judgements of all rules at one moment. */
export type RuleJudgements = {
  readonly fired: readonly Judgement[];
  /** The rules that fired now or still hold. */
  readonly active: readonly ActiveRule[];
  /** Keys of the rules that received an input from the event. */
  readonly fed: ReadonlySet<string>;
  /** Why the last rule of the present mode let go; null while one is left. */
  readonly ending: Ending | null;
  readonly reviews: readonly Review[];
};

/**
 * Judges the rules that the event touches. The others hold until their inputs go stale, because nothing that they see
 * has changed. The exception is a revision, such as a deleted signal: then every active rule is judged.
 */
export function judgeRules(view: View, rules: readonly Rule[], isRevised: boolean): RuleJudgements {
  const { state, newSlots, now } = view;
  const fired: Judgement[] = [];
  const active: ActiveRule[] = [];
  const fed = new Set<string>();
  const reviews: Review[] = [];
  let ending: Ending | null = state.ending;
  for (const rule of rules) {
    const isTouched = (rule.inputs & newSlots) !== 0;
    const before = activeRuleOf(rule.key, state.holds);
    if (!isTouched && before === undefined) continue;
    const isJudged = isTouched || isRevised;
    const verdict = isJudged ? rule.judge(view) : undefined;
    if (verdict?.isNew) fed.add(rule.key);
    const review = isTouched && verdict !== undefined ? reviewHypotheses(rule, verdict, view) : noReview;
    for (const one of review.reviews) reviews.push(one);
    if (verdict?.isNew && verdict.enters && !review.isSettled) {
      fired.push({ rule, verdict });
      active.push([rule.key, now, verdict.staleAt]);
    } else if (before !== undefined) {
      const end = review.ending ?? endOf(rule, before, verdict, isJudged, view);
      if (end === null) active.push([rule.key, before[1], verdict?.staleAt ?? before[2]]);
      else if (rule.mode === state.mode) ending = end;
    }
  }
  return { fired, active, fed, ending: isHeld(active, view, rules) ? null : ending, reviews };
}

/** Lets go of rules whose hypotheses were displaced by newer ones: when a hypothesis ends, its mode ends too. */
export function withoutDisplaced(
  judgements: RuleJudgements,
  displaced: readonly string[],
  view: View,
  rules: readonly Rule[],
): RuleJudgements {
  const active = judgements.active.filter(([key]) => !displaced.includes(key));
  if (active.length === judgements.active.length) return judgements;
  const hasEnded = view.state.mode === 'hypothesis' && !isHeld(active, view, rules);
  return { ...judgements, active, ending: hasEnded ? 'hypothesis_expired' : judgements.ending };
}

/** Whether a rule holds the present mode. */
function isHeld(active: readonly ActiveRule[], { state }: View, rules: readonly Rule[]): boolean {
  return (
    active.length > 0 &&
    rules.some(({ key, mode }) => mode === state.mode && active.some(([one]) => one === key))
  );
}

function activeRuleOf(key: string, active: readonly ActiveRule[]): ActiveRule | undefined {
  for (const one of active) if (one[0] === key) return one;
  return undefined;
}

/** Why a rule that fired no longer holds; null while it does. */
function endOf(
  rule: Rule,
  [, firedAt, staleAt]: ActiveRule,
  verdict: Verdict | undefined,
  isJudged: boolean,
  { now, policy, state }: View,
): Ending | null {
  const { switching, hypotheses } = policy.thresholds;
  if (verdict?.leaves) return 'recovered';
  if (verdict === undefined && now >= staleAt) return 'stale';
  if (verdict === undefined && isJudged) return 'withdrawn';
  if (rule.mode === 'reflex' && now - firedAt > switching.reflex_at_most) return 'reflex_over';
  const hypothesis = state.doubts.find(([key]) => key === rule.key);
  return hypothesis !== undefined && now >= hypothesis[1] + hypotheses.life ? 'hypothesis_expired' : null;
}
