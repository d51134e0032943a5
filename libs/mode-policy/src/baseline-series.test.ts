import { expect, it } from 'vitest';
import { newestDay, newLane, valueOn, withDay } from './baseline-series.ts';
import { laneNumber } from './lane-kinds.ts';

const lane = newLane(laneNumber('pulse_sleep'), 0, 10, 55);

it('a later day begins with its values, and without any the lane stays as it is', () => {
  expect(withDay(lane, 12, [])).toEqual(lane);
  const later = withDay(lane, 12, [60, 62]);
  expect([newestDay(later), valueOn(later, 12), valueOn(later, 10)]).toEqual([12, 61, 55]);
});
