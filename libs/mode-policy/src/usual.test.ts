import fc from 'fast-check';
import { expect, it } from 'vitest';
import { rules } from '../test/policy-story.ts';
import { newLane, withValue } from './baseline-series.ts';
import { laneNumber } from './lane-kinds.ts';
import type { Lane } from './person-state.ts';
import { hasUsualBefore, usualBefore } from './usual.ts';

const measured = fc.array(
  fc.record({ gap: fc.integer({ min: 0, max: 4 }), value: fc.integer({ min: 40, max: 90 }) }),
  {
    minLength: 1,
    maxLength: 60,
  },
);

/** The same lane without anything that was computed for it. */
function copyOf([kind, source, [day, values], today]: Lane): Lane {
  return [kind, source, [day, values], today];
}

it('a usual value that was kept is the one that would be computed, on any day and after any value', () => {
  fc.assert(
    fc.property(measured, fc.integer({ min: -10, max: 70 }), (days, later) => {
      let lane = newLane(laneNumber('pulse_sleep'), 0, 100, 55);
      let day = 100;
      for (const { gap, value } of days) {
        day += gap;
        lane = withValue(lane, day, value);
        for (const asked of [day, day + 1, day + 1, day + later]) {
          const usual = usualBefore(lane, asked, rules);
          expect(usual).toEqual(usualBefore(copyOf(lane), asked, rules));
          expect(hasUsualBefore(lane, asked, rules)).toBe(usual !== undefined);
        }
      }
    }),
    { numRuns: 200 },
  );
});
