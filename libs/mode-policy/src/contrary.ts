import { alertId, hypothesisId } from '@bridge/contracts';
import type { Episodes } from './episodes.ts';
import { unitsOf, type UnitChange } from './judge-units.ts';
import { closed, settleBeside } from './questions.ts';
import type { Firing, Unit } from './rule.ts';
import { metricOfSlot, slots, vitals, type SeenMetric } from './slots.ts';
import type { Contrary } from './thresholds.ts';
import { newestLive, seenIn, type Seen, type View } from './view.ts';

/** Opens a question beside a rule that fires although another signal speaks against it, and settles it with the rule. */
export function followContrary(
  view: View,
  changes: readonly UnitChange[],
  cause: string,
  episodes: Episodes,
): void {
  for (const change of changes) {
    const { unit } = change;
    if (change.kind === 'fired') fired(view, unit, change.firing, { cause, episodes });
    else if (change.kind === 'ended' && !isHeld(view, unit))
      settleBeside(view, unit.ruleNumber, 'refuted', episodes.questions);
  }
}

function isHeld({ draft }: View, { rule }: Unit): boolean {
  return unitsOf(draft, rule).some(({ holds }) => holds);
}

function fired(
  view: View,
  { rule, ruleNumber, contrary }: Unit,
  firing: Firing,
  { cause, episodes }: { readonly cause: string; readonly episodes: Episodes },
): void {
  const { draft, now, policy } = view;
  const known = draft.contraries.find(([number]) => number === ruleNumber);
  if (contrary.length === 0 && known === undefined) return;
  const against = contrary.flatMap((one) => presentSignal(view, one) ?? []);
  if (against.length === 0) {
    settleBeside(view, ruleNumber, 'refuted', episodes.questions);
    return;
  }
  const [, until, question] = known ?? [ruleNumber, 0, closed];
  if (question !== closed || until > now || isUnwell(view, ruleNumber)) return;
  const { life } = policy.thresholds.hypotheses;
  const id = hypothesisId(alertId(cause, `contrary.${rule}`));
  draft.contraries = [...draft.contraries.filter((one) => one !== known), [ruleNumber, now + life.live, id]];
  const inputs = [...firing.inputs, ...against.map((seen) => ({ seen }))];
  episodes.questions.push({
    kind: 'hypothesis_opened',
    rule,
    hypothesisId: id,
    status: 'open',
    firing: { ...firing, inputs },
    isBeside: true,
  });
}

/** Whoever said that they are unwell has answered it. */
function isUnwell({ draft }: View, number: number): boolean {
  return draft.alerts.some(({ rule, unwell }) => rule === number && unwell === 1);
}

/** Ends what nobody answered. It is not asked again for a time, or until its leave condition was met. */
export function expireContrary(view: View, episodes: Episodes): void {
  for (const [rule, until, question] of view.draft.contraries) {
    if (question !== closed && until <= view.now) settleBeside(view, rule, 'expired', episodes.questions);
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
