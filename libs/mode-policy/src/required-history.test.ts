import { describe, expect, it } from 'vitest';
import { createPerson, day, eventOf, hour, noon, rules } from '../test/policy-story.ts';
import { collectKnown, nothingKnown } from './known-events.ts';
import { metricBit } from './metric-bits.ts';
import { eventsToLoad } from './required-history.ts';
import { initialState } from './person-state.ts';
import { freshEvents } from './retract.ts';

const rmssd = { hrv_rmssd: 50 };
const now = (ago: number, object?: string, version = 0) =>
  eventOf(noon, rmssd, { ago, version, ...(object !== undefined && { object }) });
const covers = (ranges: readonly { from: number; to: number }[], at: number) =>
  ranges.some(({ from, to }) => from <= at && at <= to);

describe('events to load', () => {
  const { state } = createPerson().lived(5, rmssd).reports(rmssd);

  it('are none for new readings of today or of a day without a value', () => {
    expect(eventsToLoad(initialState, [now(0), now(3 * day)], nothingKnown, rules)).toEqual([]);
    expect(
      eventsToLoad(
        state,
        [now(0), now(hour), now(9 * day), eventOf(noon, { steps: 1 })],
        nothingKnown,
        rules,
      ),
    ).toEqual([]);
  });

  it('are those of the day of a late reading', () => {
    const ranges = eventsToLoad(state, [now(2 * day)], nothingKnown, rules);
    expect(ranges).toHaveLength(1);
    expect(covers(ranges, noon - 2 * day)).toBe(true);
  });

  it('are those of a day that becomes an earlier one within the batch', () => {
    const batch = [now(2 * day), now(0), now(2 * day + hour)];
    expect(covers(eventsToLoad(initialState, batch, nothingKnown, rules), noon - 2 * day)).toBe(true);
  });

  it('are those of the days of a corrected version, and those that may still be fresh', () => {
    const known = collectKnown([now(20 * day, 'a')]);
    const ranges = eventsToLoad(state, [now(10 * day, 'a', 1)], known, rules);
    expect([20 * day, 0, hour].map((ago) => covers(ranges, noon - ago))).toEqual([true, true, true]);
  });

  it('are those with the metrics of a corrected version, as far back as these are fresh', () => {
    const pulse = eventOf(noon, { stress_level: 0.2 }, { object: 'p' });
    const ranges = eventsToLoad(
      createPerson().receives(pulse).state,
      [eventOf(noon, { stress_level: 0.3 }, { object: 'p', version: 1 })],
      collectKnown([pulse]),
      rules,
    );
    expect(ranges).toEqual([freshEvents(noon, metricBit('stress_level'), rules)]);
    expect(ranges[0]?.from).toBe(noon - 72 * hour);
  });

  it('are also those of a version earlier in the batch', () => {
    const ranges = eventsToLoad(state, [now(20 * day, 'a'), now(10 * day, 'a', 1)], nothingKnown, rules);
    expect(covers(ranges, noon - 20 * day)).toBe(true);
  });

  it('of adjacent days are one range', () => {
    const ranges = eventsToLoad(state, [now(2 * day), now(day), now(5 * day)], nothingKnown, rules);
    expect(ranges).toHaveLength(1);
    const apart = eventsToLoad(
      createPerson().lived(20, rmssd).reports(rmssd).state,
      [now(19 * day), now(day)],
      nothingKnown,
      rules,
    );
    expect(apart).toHaveLength(2);
  });
});

describe('known events', () => {
  it('contain each event once, the highest version of an object, and no deletes', () => {
    const [first, second] = [now(hour, 'a'), now(hour, 'a', 2)];
    const gone = eventOf(noon, {}, { object: 'b', version: 1, operation: 'delete' });
    const known = collectKnown([first, second, gone, now(9 * day), { ...now(0), timestamp: 'never' }]);
    known.add(first);
    expect(known.versionsOf(now(0, 'a', 5))).toEqual([first, second]);
    expect(known.versionsOf(first)).toEqual([second]);
    expect(known.versionsOf(now(0))).toEqual([]);
    const range = { from: noon - day, to: noon, metrics: metricBit('hrv_rmssd') };
    expect(known.between(range)).toEqual([second]);
    expect(known.between({ ...range, metrics: metricBit('spo2') })).toEqual([]);
    expect(nothingKnown.between(range)).toEqual([]);
  });
});
