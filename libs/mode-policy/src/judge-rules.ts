import { nothingReviewed, reviewDoubts, type Review } from './hypotheses.ts';
import type { Ending, Hold } from './person-state.ts';
import type { Rule, Verdict } from './rule.ts';
import type { View } from './view.ts';

export type Judgement = { readonly rule: Rule; readonly verdict: Verdict };

/** What the rules say at one moment. */
export type Judged = {
  readonly fired: readonly Judgement[];
  /** The rules that fired now or hold on. */
  readonly holds: readonly Hold[];
  /** Keys of the rules of which the event brought an input. */
  readonly fed: ReadonlySet<string>;
  /** Why the last rule of the present mode let go; null while one is left. */
  readonly ending: Ending | null;
  readonly reviews: readonly Review[];
};

/**
 * Judges the rules that the event touches. The others go on holding until their inputs go stale: nothing that they see
 * has changed, unless something known was revised, such as a signal that was deleted.
 */
export function judgeRules(view: View, isRevised: boolean): Judged {
  const { state, rules, brought, now } = view;
  const fired: Judgement[] = [];
  const holds: Hold[] = [];
  const fed = new Set<string>();
  const reviews: Review[] = [];
  let ending: Ending | null = state.ending;
  for (const rule of rules.rules) {
    const isTouched = (rule.inputs & brought) !== 0;
    const hold = holdOf(rule.key, state.holds);
    if (!isTouched && hold === undefined) continue;
    const isJudged = isTouched || isRevised;
    const verdict = isJudged ? rule.judge(view) : undefined;
    if (verdict?.isNew) fed.add(rule.key);
    const reviewed = isTouched && verdict !== undefined ? reviewDoubts(rule, verdict, view) : nothingReviewed;
    for (const review of reviewed.reviews) reviews.push(review);
    if (verdict?.isNew && verdict.enters && !reviewed.isSettled) {
      fired.push({ rule, verdict });
      holds.push([rule.key, now, verdict.staleAt]);
    } else if (hold !== undefined) {
      const end = reviewed.ending ?? endOf(rule, hold, verdict, isJudged, view);
      if (end === null) holds.push([rule.key, hold[1], verdict?.staleAt ?? hold[2]]);
      else if (rule.mode === state.mode) ending = end;
    }
  }
  return { fired, holds, fed, ending: isHeld(holds, view) ? null : ending, reviews };
}

/** Lets go of rules whose hypotheses made room for newer ones: the end of a hypothesis leaves the mode. */
export function withoutDisplaced(judged: Judged, displaced: readonly string[], view: View): Judged {
  const holds = judged.holds.filter(([key]) => !displaced.includes(key));
  if (holds.length === judged.holds.length) return judged;
  const hasEnded = view.state.mode === 'hypothesis' && !isHeld(holds, view);
  return { ...judged, holds, ending: hasEnded ? 'hypothesis_expired' : judged.ending };
}

/** Whether a rule holds the present mode. */
function isHeld(holds: readonly Hold[], { state, rules }: View): boolean {
  return (
    holds.length > 0 &&
    rules.rules.some(({ key, mode }) => mode === state.mode && holds.some(([held]) => held === key))
  );
}

function holdOf(rule: string, holds: readonly Hold[]): Hold | undefined {
  for (const hold of holds) if (hold[0] === rule) return hold;
  return undefined;
}

/** Why a rule that fired no longer holds; null while it does. */
function endOf(
  rule: Rule,
  [, firedAt, staleAt]: Hold,
  verdict: Verdict | undefined,
  isJudged: boolean,
  { now, rules, state }: View,
): Ending | null {
  const { switching, hypotheses } = rules.thresholds;
  if (verdict?.leaves) return 'recovered';
  if (verdict === undefined && now >= staleAt) return 'stale';
  if (verdict === undefined && isJudged) return 'withdrawn';
  if (rule.mode === 'reflex' && now - firedAt > switching.reflex_at_most) return 'reflex_over';
  const doubt = state.doubts.find(([key]) => key === rule.key);
  return doubt !== undefined && now >= doubt[1] + hypotheses.life ? 'hypothesis_expired' : null;
}
