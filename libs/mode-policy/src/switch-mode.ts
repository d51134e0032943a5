import { modes, type Mode } from '@bridge/contracts';
import { asIfNew, type View } from './view.ts';
import type { UnitChange } from './judge-units.ts';
import { putUnit } from './judge-units.ts';
import type { Ending } from './person-state.ts';
import type { Firing, Unit } from './rule.ts';

export type Switch = {
  readonly to: Mode;
  /** The rule that decides, or why the mode ended. */
  readonly reason: string;
  readonly confidence: number;
  /** The unit that decides, with what it fires on now. */
  readonly deciding: { readonly unit: Unit; readonly firing: Firing | undefined } | undefined;
};

type Fired = Extract<UnitChange, { kind: 'fired' }>;

export type SwitchBasis = {
  readonly view: View;
  readonly units: readonly Unit[];
  readonly fired: readonly Fired[];
  /** Why the present mode's last unit let go; null while one is left. */
  readonly ending: Ending | null;
};

/**
 * The mode is that of the highest unit that fires or holds, else pattern. A minimum stay defers a switch, except one to
 * reflex and one that a withdrawal makes. When the stay is over, a deferred switch to a higher mode is made only if its
 * enter condition is true at that moment; else that unit no longer holds. null: the mode stays.
 */
export function switchMode(basis: SwitchBasis): Switch | null {
  const { view, units, fired, ending } = basis;
  const { draft, now, policy } = view;
  const { mode, since } = draft;
  if (mode !== null && now - since < policy.stayIn(mode) && ending !== 'withdrawn') {
    const acute = fired.filter(({ unit }) => unit.mode === 'reflex');
    return mode === 'reflex' || acute.length === 0 ? null : { to: 'reflex', ...strongest(acute) };
  }
  dropUnconfirmed(basis);
  const to = highestMode(draft.units, units);
  return to === mode ? null : { to, ...reasonFor(to, basis) };
}

/** The mode that the units alone would give. */
export function highestMode(
  active: readonly { readonly unit: number; readonly holds: boolean }[],
  units: readonly Unit[],
): Mode {
  let highest: Mode = 'pattern';
  for (const { unit, holds } of active) {
    const mode = holds ? units[unit]?.mode : undefined;
    if (mode !== undefined && isHigher(mode, highest)) highest = mode;
  }
  return highest;
}

/** Units of a higher mode that the stay held back and whose enter condition no longer holds. */
function dropUnconfirmed({ view, units, fired }: SwitchBasis): void {
  const { draft, now } = view;
  const { mode } = draft;
  if (mode === null || mode === 'reflex') return;
  for (const active of draft.units) {
    const unit = units[active.unit];
    if (!active.holds || unit === undefined || !isHigher(unit.mode, mode)) continue;
    if (fired.some((one) => one.unit === unit)) continue;
    if (presentFiring(view, unit) === undefined) putUnit(view, { ...active, holds: false, heldUntil: now });
  }
}

/** What a unit would fire on if everything that is fresh had just come. */
function presentFiring(view: View, unit: Unit): Firing | undefined {
  return unit.judge(asIfNew(view), undefined)?.firing;
}

function isHigher(a: Mode, b: Mode): boolean {
  return modes.indexOf(a) < modes.indexOf(b);
}

function reasonFor(to: Mode, { view, units, fired, ending }: SwitchBasis): Omit<Switch, 'to'> {
  const { mode } = view.draft;
  const firing = fired.filter(({ unit }) => unit.mode === to);
  if (firing.length > 0) return strongest(firing);
  const deciding = undefined;
  if (mode === null) return { reason: 'first_decision', confidence: 1, deciding };
  if (ending !== null && !isHigher(to, mode)) {
    return { reason: ending, confidence: confidenceOf(ending, view), deciding };
  }
  const holding = view.draft.units.find(({ unit, holds }) => holds && units[unit]?.mode === to);
  const unit = holding && units[holding.unit];
  if (unit === undefined) return { reason: 'nothing_holds', confidence: 1, deciding };
  const present = presentFiring(view, unit);
  const { just_over } = view.policy.thresholds.confidence;
  return {
    reason: unit.rule,
    confidence: present?.confidence ?? just_over,
    deciding: { unit, firing: present },
  };
}

/** Leaving without a measurement that says so is less sure. */
function confidenceOf(ending: Ending, { policy }: View): number {
  const isMeasured =
    ending === 'recovered' || ending === 'answered' || ending === 'confirmed' || ending === 'withdrawn';
  return isMeasured ? 1 : policy.thresholds.confidence.unmeasured;
}

/** Of several units the most confident decides; of equally confident ones the first in the table. */
function strongest(fired: readonly Fired[]): Omit<Switch, 'to'> {
  const best = fired.reduce((a, b) => (b.firing.confidence > a.firing.confidence ? b : a));
  return {
    reason: best.unit.rule,
    confidence: best.firing.confidence,
    deciding: { unit: best.unit, firing: best.firing },
  };
}
