import { modes, type Mode } from '@bridge/contracts';
import type { Judged, Judgement } from './judge-rules.ts';
import type { Ending, Hold } from './person-state.ts';
import type { View } from './view.ts';

export type Switch = {
  readonly to: Mode;
  /** The rule that decides, or why the mode ended. */
  readonly reason: string;
  readonly confidence: number;
};

export type Switching = {
  /** The holds that are left: a switch that was held back and is not confirmed gives up its rules. */
  readonly holds: readonly Hold[];
  /** null: the mode stays. */
  readonly change: Switch | null;
};

/**
 * The mode is that of the highest rule that fires or holds, else pattern. A minimum stay holds a switch back, except one
 * to reflex. When the stay is over, a held-back switch to a higher mode is made only if its rule's enter condition is
 * true at that moment; leaving goes to the highest rule that still holds.
 */
export function switchMode(view: View, judged: Judged): Switching {
  const { mode, since } = view.state;
  if (mode !== null && view.now - since < view.rules.stayIn(mode)) {
    const { fired } = judged;
    const acute = fired.filter(({ rule }) => rule.mode === 'reflex');
    if (mode === 'reflex' || acute.length === 0) return { holds: judged.holds, change: null };
    return { holds: judged.holds, change: { to: 'reflex', ...strongest(acute) } };
  }
  const holds = withoutUnconfirmed(view, judged);
  const to = highestMode(holds, view);
  return { holds, change: to === mode ? null : { to, ...whyTo(to, holds, view, judged) } };
}

/** The mode that the rules alone would give. */
export function highestMode(holds: readonly Hold[], view: Pick<View, 'rules'>): Mode {
  if (holds.length === 0) return 'pattern';
  const highest = view.rules.rules.find(({ key }) => holds.some(([held]) => held === key));
  return highest?.mode ?? 'pattern';
}

function withoutUnconfirmed(view: View, { holds, fired }: Judged): readonly Hold[] {
  const { mode } = view.state;
  if (mode === null || mode === 'reflex' || holds.length === fired.length) return holds;
  return holds.filter(([key]) => {
    const rule = view.rules.rules.find((one) => one.key === key);
    if (rule === undefined || !isHigher(rule.mode, mode)) return true;
    return fired.some((one) => one.rule === rule) || rule.judge(view)?.enters === true;
  });
}

function isHigher(a: Mode, b: Mode): boolean {
  return modes.indexOf(a) < modes.indexOf(b);
}

function whyTo(to: Mode, holds: readonly Hold[], view: View, { fired, ending }: Judged) {
  const { mode } = view.state;
  const firing = fired.filter(({ rule }) => rule.mode === to);
  if (firing.length > 0) return strongest(firing);
  if (mode === null) return { reason: 'first_decision', confidence: 1 };
  const ended = ending === null || isHigher(to, mode) ? undefined : reasonOf(ending, view);
  if (ended !== undefined) return ended;
  if (to === 'pattern') return { reason: 'nothing_holds', confidence: 1 };
  return strongest(heldJudgements(holds, view).filter(({ rule }) => rule.mode === to));
}

/** Why a mode ended that no reading brought back; undefined when one did. */
function reasonOf(ending: Ending, { state, rules }: View): Omit<Switch, 'to'> | undefined {
  if (ending === 'recovered') return undefined;
  if (ending === 'hypothesis_confirmed' || ending === 'hypothesis_refuted') {
    return { reason: ending, confidence: 1 };
  }
  const reason = ending === 'stale' && state.others === 0 ? 'no_data' : ending;
  return { reason, confidence: rules.thresholds.confidence.unmeasured };
}

/** Of several rules the surest decides; of equally sure ones the first of the table. */
function strongest(judgements: readonly Judgement[]): Omit<Switch, 'to'> {
  return judgements.reduce(
    (best, { rule, verdict }) =>
      verdict.confidence > best.confidence ? { reason: rule.name, confidence: verdict.confidence } : best,
    { reason: 'nothing_holds', confidence: -1 },
  );
}

/** What the rules that hold say now. */
export function heldJudgements(holds: readonly Hold[], view: View): Judgement[] {
  return view.rules.rules.flatMap((rule) => {
    const verdict = holds.some(([key]) => key === rule.key) ? rule.judge(view) : undefined;
    return verdict === undefined ? [] : [{ rule, verdict }];
  });
}
