import { laneNumber } from '../lane-kinds.ts';
import { findLane, valueOn } from '../baseline-series.ts';
import { levels, type Unit } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';
import { comparison } from './comparison.ts';

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

/** One low recovery is common; two or three days running raise an alert. */
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
