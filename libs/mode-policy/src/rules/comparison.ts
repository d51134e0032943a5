import { confidenceBeyond, defineUnit, type RuleMode, type Unit, type Verdict } from '../rule.ts';
import type { UnitName } from '../rule-names.ts';
import { contextBit, slotBit, type Slot } from '../slots.ts';
import type { Contrary } from '../thresholds.ts';
import { isNight, judgedIn, type Seen, type View } from '../view.ts';

export type Comparison = {
  readonly slot: Slot;
  readonly mode: RuleMode;
  readonly contrary: readonly Contrary[];
  readonly threshold: number;
  readonly leave: number;
  readonly fires: (value: number) => boolean;
  readonly isOver: (value: number) => boolean;
  readonly levelOf: (view: View, seen: Seen) => number;
  /** Whether a value of context active fires it too; none ends it. */
  readonly countsActive?: boolean;
};

/** One value of which one reading is enough, against a threshold. */
export function comparison(name: UnitName, given: Comparison): Unit {
  const { slot, mode, contrary, threshold, leave } = given;
  return defineUnit(name, {
    mode,
    contrary,
    inputs: slotBit(slot) | contextBit,
    judge: (view): Verdict | undefined => {
      const seen = judgedIn(view, slot, given.countsActive);
      if (seen === undefined) return undefined;
      const base = { at: seen.at, staleAt: seen.staleAt };
      if (!seen.isNew) return base;
      const firing =
        given.fires(seen.value) && seen.isFresh
          ? {
              level: given.levelOf(view, seen),
              on: seen,
              inputs: [{ seen, threshold }],
              confidence: confidenceBeyond(
                Math.abs(seen.value - threshold),
                Math.abs(threshold - leave),
                view,
              ),
              night: isNight(seen) ? 1 : 0,
            }
          : undefined;
      return { ...base, firing, over: seen.context === 'active' ? undefined : given.isOver(seen.value) };
    },
  });
}
