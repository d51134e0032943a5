import { alertId, hypothesisId } from '@bridge/contracts';
import type { Episodes } from './episodes.ts';
import type { UnitChange } from './judge-units.ts';
import type { Firing, Unit } from './rule.ts';
import { ruleNames, type RuleName } from './rule-names.ts';
import { metricOfSlot, slots, vitals, type SeenMetric } from './slots.ts';
import type { Contrary } from './thresholds.ts';
import { newestLive, seenIn, type Seen, type View } from './view.ts';

/** Opens a question beside a rule that fires although another signal speaks against it, and settles it again. */
export function followContrary(
  view: View,
  changes: readonly UnitChange[],
  cause: string,
  episodes: Episodes,
): void {
  for (const change of changes) {
    const { unit } = change;
    if (change.kind === 'fired') fired(view, unit, change.firing, { cause, episodes });
    else if (change.kind === 'ended') settle(view, unit.ruleNumber, 'refuted', episodes);
  }
}

function fired(
  view: View,
  { rule, ruleNumber, contrary }: Unit,
  firing: Firing,
  { cause, episodes }: { readonly cause: string; readonly episodes: Episodes },
): void {
  const { draft, now, policy } = view;
  const isOpen = draft.contraries.some(([number]) => number === ruleNumber);
  if (contrary.length === 0 && !isOpen) return;
  const against = contrary.flatMap((one) => presentSignal(view, one) ?? []);
  if (against.length === 0) {
    settle(view, ruleNumber, 'refuted', episodes);
    return;
  }
  if (isOpen) return;
  const { life } = policy.thresholds.hypotheses;
  const id = hypothesisId(alertId(cause, `contrary.${rule}`));
  draft.contraries = [...draft.contraries, [ruleNumber, now + life.live, id]];
  const inputs = [...firing.inputs, ...against.map((seen) => ({ seen }))];
  episodes.questions.push({
    kind: 'hypothesis_opened',
    rule,
    hypothesisId: id,
    status: 'open',
    firing: { ...firing, inputs },
  });
}

function settle(view: View, rule: number, status: 'refuted' | 'expired', episodes: Episodes): void {
  const { draft } = view;
  const found = draft.contraries.find(([number]) => number === rule);
  if (found === undefined) return;
  draft.contraries = draft.contraries.filter((one) => one !== found);
  episodes.questions.push({
    kind: 'hypothesis_settled',
    rule: ruleNames[rule] as RuleName,
    hypothesisId: found[2],
    status,
  });
}

export function expireContrary(view: View, episodes: Episodes): void {
  for (const [rule, until] of view.draft.contraries) {
    if (until <= view.now) settle(view, rule, 'expired', episodes);
  }
}

function presentSignal(view: View, against: Contrary): Seen | undefined {
  const seen = newestOf(view, against.metric);
  if (seen === undefined) return undefined;
  const speaks = 'above' in against ? seen.value > against.above : seen.value < against.below;
  return speaks ? seen : undefined;
}

function newestOf(view: View, metric: SeenMetric): Seen | undefined {
  const vital = vitals.find((one) => one === metric);
  const all = slots
    .filter((slot) => metricOfSlot(slot) === metric && slot !== 'pulse_lowest')
    .flatMap((slot) => seenIn(view, slot));
  const live = vital && newestLive(view, vital, view.policy.holdsFor(vital, 0));
  return [...(live === undefined ? [] : [live]), ...all].toSorted((a, b) => b.at - a.at)[0];
}
