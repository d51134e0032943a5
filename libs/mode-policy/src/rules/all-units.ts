import type { Unit } from '../rule.ts';
import type { Thresholds } from '../thresholds.ts';
import { devicesDisagree } from './devices-disagree.ts';
import { hrvAndPulseHigh, hrvAndPulseLow } from './hrv-and-pulse.ts';
import { illnessWatch } from './illness-unit.ts';
import { news2Units } from './news2-partial.ts';
import { pulseIrregular, pulseUnexplained } from './pulse-questions.ts';
import { rmssdUnits } from './rmssd-units.ts';
import { recoveryLow, stressHigh, temperatureUnits } from './score-units.ts';
import { strain } from './strain.ts';
import { twoOfThree } from './two-of-three.ts';
import { vitalUnits } from './vital-rules.ts';

/** The parts of all rules, in the order of the policy's table. The comparisons of devices see what those before found. */
export function createUnits(thresholds: Thresholds): readonly Unit[] {
  return [
    ...vitalUnits(thresholds),
    ...temperatureUnits(thresholds),
    ...news2Units(thresholds),
    stressHigh(thresholds),
    ...rmssdUnits(thresholds),
    twoOfThree(thresholds),
    recoveryLow(thresholds),
    strain(thresholds),
    illnessWatch(thresholds),
    hrvAndPulseHigh(thresholds),
    hrvAndPulseLow(thresholds),
    pulseIrregular(thresholds),
    pulseUnexplained(thresholds),
    ...devicesDisagree(thresholds),
  ];
}
