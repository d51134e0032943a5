import { modes, type Mode } from '@bridge/contracts';
import type { RuleJudgements } from './judge-rules.ts';
import type { ActiveRule, Ending } from './person-state.ts';
import type { Judgement, Rule } from './rule.ts';
import type { View } from './view.ts';

export type Switch = {
  readonly to: Mode;
  /** The rule that decides, or why the mode ended. */
  readonly reason: string;
  readonly confidence: number;
};

export type SwitchResult = {
  /** The rules that are still active: a deferred switch that is not confirmed gives up its rules. */
  readonly active: readonly ActiveRule[];
  /** null: the mode stays. */
  readonly change: Switch | null;
};

/**
 * The mode is that of the highest rule that fires or holds, else pattern. A minimum stay defers a switch, except one to
 * reflex. When the stay is over, a deferred switch to a higher mode is made only if its rule's enter condition is true
 * at that moment; leaving goes to the highest rule that still holds.
 */
export function switchMode(view: View, rules: readonly Rule[], judgements: RuleJudgements): SwitchResult {
  const { mode, since } = view.state;
  if (mode !== null && view.now - since < view.policy.stayIn(mode)) {
    const { fired } = judgements;
    const acute = fired.filter(({ rule }) => rule.mode === 'reflex');
    if (mode === 'reflex' || acute.length === 0) return { active: judgements.active, change: null };
    return { active: judgements.active, change: { to: 'reflex', ...strongest(acute) } };
  }
  const active = withoutUnconfirmed(view, rules, judgements);
  const to = highestMode(active, rules);
  const change = to === mode ? null : { to, ...reasonFor(to, { view, rules, judgements, active }) };
  return { active, change };
}

/** The mode that the rules alone would give. */
export function highestMode(active: readonly ActiveRule[], rules: readonly Rule[]): Mode {
  if (active.length === 0) return 'pattern';
  const highest = rules.find(({ key }) => active.some(([one]) => one === key));
  return highest?.mode ?? 'pattern';
}

function withoutUnconfirmed(
  view: View,
  rules: readonly Rule[],
  { active, fired }: RuleJudgements,
): readonly ActiveRule[] {
  const { mode } = view.state;
  if (mode === null || mode === 'reflex' || active.length === fired.length) return active;
  return active.filter(([key]) => {
    const rule = rules.find((one) => one.key === key);
    if (rule === undefined || !isHigher(rule.mode, mode)) return true;
    return fired.some((one) => one.rule === rule) || rule.judge(view)?.enters === true;
  });
}

function isHigher(a: Mode, b: Mode): boolean {
  return modes.indexOf(a) < modes.indexOf(b);
}

type SwitchBasis = {
  readonly view: View;
  readonly rules: readonly Rule[];
  readonly judgements: RuleJudgements;
  readonly active: readonly ActiveRule[];
};

function reasonFor(to: Mode, { view, rules, judgements, active }: SwitchBasis): Omit<Switch, 'to'> {
  const { mode } = view.state;
  const { fired, ending } = judgements;
  const firing = fired.filter(({ rule }) => rule.mode === to);
  if (firing.length > 0) return strongest(firing);
  if (mode === null) return { reason: 'first_decision', confidence: 1 };
  const ended = ending === null || isHigher(to, mode) ? undefined : reasonOf(ending, view);
  if (ended !== undefined) return ended;
  if (to === 'pattern') return { reason: 'nothing_holds', confidence: 1 };
  return strongest(heldJudgements(active, view, rules).filter(({ rule }) => rule.mode === to));
}

/** Why a mode ended without a reading that ended it; undefined when a reading did. */
function reasonOf(ending: Ending, { state, policy }: View): Omit<Switch, 'to'> | undefined {
  if (ending === 'recovered') return undefined;
  if (ending === 'hypothesis_confirmed' || ending === 'hypothesis_refuted') {
    return { reason: ending, confidence: 1 };
  }
  const reason = ending === 'stale' && state.others === 0 ? 'no_data' : ending;
  return { reason, confidence: policy.thresholds.confidence.unmeasured };
}

/** Of several rules the most confident decides; of equally confident ones the first in the table. */
function strongest(judgements: readonly Judgement[]): Omit<Switch, 'to'> {
  return judgements.reduce(
    (best, { rule, verdict }) =>
      verdict.confidence > best.confidence ? { reason: rule.name, confidence: verdict.confidence } : best,
    { reason: 'nothing_holds', confidence: -1 },
  );
}

/** The present verdicts of active rules. */
export function heldJudgements(
  active: readonly ActiveRule[],
  view: View,
  rules: readonly Rule[],
): Judgement[] {
  return rules.flatMap((rule) => {
    const verdict = active.some(([key]) => key === rule.key) ? rule.judge(view) : undefined;
    return verdict === undefined ? [] : [{ rule, verdict }];
  });
}
