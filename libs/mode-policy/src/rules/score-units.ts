import { laneNumber } from '../lane-kinds.ts';
import { findLane, valueOn } from '../lanes.ts';
import { confidenceBeyond, defineUnit, levels, type RuleMode, type Unit, type Verdict } from '../rule.ts';
import type { UnitName } from '../rule-names.ts';
import { contextBit, slotBit, slotNumber, type Slot } from '../slots.ts';
import type { Contrary, Thresholds } from '../thresholds.ts';
import { isNight, judgedIn, seenEntry, type Seen, type View } from '../view.ts';

type Comparison = {
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
function comparison(name: UnitName, given: Comparison): Unit {
  const { slot, mode, contrary, threshold, leave } = given;
  return defineUnit(name, {
    mode,
    contrary,
    inputs: slotBit(slot) | contextBit,
    judge: (view): Verdict | undefined => {
      const seen = given.countsActive === true ? newestOfAll(view, slot) : judgedIn(view, slot);
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

/** The same with active ones. */
function newestOfAll(view: View, slot: Slot): Seen | undefined {
  const number = slotNumber(slot);
  let newest: Seen | undefined;
  for (const entry of view.draft.newest) {
    const seen = entry[0] === number ? seenEntry(view, slot, entry) : undefined;
    if (seen === undefined) continue;
    if (newest === undefined || (seen.isNew && !newest.isNew)) newest = seen;
    else if (seen.isNew === newest.isNew && seen.at > newest.at) newest = seen;
  }
  return newest;
}

export function temperatureUnits({ rules }: Thresholds): Unit[] {
  const { low, fever, high, contrary } = rules.temperature;
  const temperature = { slot: 'body_temperature', contrary } as const;
  return [
    comparison('temperature.low', {
      ...temperature,
      mode: 'reflex',
      threshold: low.to,
      leave: low.leave_from,
      fires: (value) => value <= low.to,
      isOver: (value) => value >= low.leave_from,
      levelOf: () => levels.critical,
      countsActive: true,
    }),
    comparison('temperature.fever', {
      ...temperature,
      mode: 'guardian',
      threshold: fever.from,
      leave: fever.leave_to,
      fires: (value) => value >= fever.from,
      isOver: (value) => value <= fever.leave_to,
      levelOf: () => levels.warning,
    }),
    comparison('temperature.high', {
      ...temperature,
      mode: 'reflex',
      threshold: high.from,
      leave: high.leave_to,
      fires: (value) => value >= high.from,
      isOver: (value) => value <= high.leave_to,
      levelOf: () => levels.critical,
      countsActive: true,
    }),
  ];
}

export function stressHigh({ rules }: Thresholds): Unit {
  const { above, leave_to, contrary } = rules.stress_high;
  return comparison('stress_high', {
    slot: 'stress',
    mode: 'reflex',
    contrary,
    threshold: above,
    leave: leave_to,
    fires: (value) => value > above,
    isOver: (value) => value <= leave_to,
    levelOf: () => levels.warning,
  });
}

/** One low recovery is common; two and three days running are told. */
export function recoveryLow({ rules }: Thresholds): Unit {
  const { below, leave_from, info_days, warning_days, contrary } = rules.recovery_low;
  return comparison('recovery_low', {
    slot: 'recovery',
    mode: 'guardian',
    contrary,
    threshold: below,
    leave: leave_from,
    fires: (value) => value < below,
    isOver: (value) => value >= leave_from,
    levelOf: ({ draft }, { source, day }) => {
      const lane = findLane(draft.lanes, laneNumber('recovery'), source);
      let running = 1;
      while (running < warning_days && lane !== undefined && valueOn(lane, day - running) < below)
        running += 1;
      if (running >= warning_days) return levels.warning;
      return running >= info_days ? levels.info : levels.none;
    },
  });
}
