import fc from 'fast-check';
import { expect, it } from 'vitest';
import { laneKind } from './lane-kinds.ts';
import { addToSketch, emptySketch, sketchOf } from './day-sketch.ts';
import { encodeValue, withNewest } from './day-values.ts';
import type { Lane } from './person-state.ts';
import { restoreLane, storeLane } from './stored-lane.ts';

const { scale } = laneKind(0);
const today = 19_723;

it('a lane is restored as it was, whatever its days, gaps and age', () => {
  const day = fc.option(fc.double({ min: 25, max: 250, noNaN: true }), { nil: undefined });
  const lane = fc.record({
    days: fc.array(day, { maxLength: 54 }),
    kind: fc.nat(20),
    source: fc.nat(7),
    age: fc.integer({ min: -2, max: 4_000 }),
    values: fc.array(fc.double({ min: 25, max: 250, noNaN: true }), { maxLength: 40 }),
  });
  fc.assert(
    fc.property(lane, ({ days, kind, source, age, values }) => {
      const past = days.reduce<string>(
        (text, one) => withNewest(text, one === undefined ? undefined : encodeValue(one, scale), 0, 54),
        '',
      );
      const sketch = values.length === 0 ? emptySketch : sketchOf(values, scale);
      const one: Lane = [kind, source, [today - age, past], sketch];
      const stored = storeLane(one, today);
      expect(restoreLane(stored, today)).toEqual(one);
      expect(storeLane(restoreLane(stored, today), today)).toBe(stored);
      expect(JSON.stringify(stored)).toHaveLength(stored.length + 2);
    }),
  );
});

it('weeks without a value take two characters', () => {
  const value = encodeValue(60, scale);
  const lane: Lane = [0, 0, [today, value + '!!'.repeat(30) + value], addToSketch(emptySketch, 60, scale)];
  const dense: Lane = [0, 0, [today, value.repeat(2)], lane[3]];
  expect(storeLane(lane, today).length - storeLane(dense, today).length).toBe(2);
});
