import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createPerson, eventOf, minute } from '../test/policy-story.ts';
import type { Decision } from './conclude.ts';
import { addSummaries, createDecisionTally, sharesOf } from './decision-tally.ts';
import { requireRules } from './parse-rules.ts';
import { initialState } from './person-state.ts';
import { compareSwitches, replayHistory } from './replay-rules.ts';

const source = readFileSync(new URL('../../../config/neuros.yaml', import.meta.url), 'utf8');
const rules = requireRules(source, 'neuros.yaml');
const stricter = requireRules(
  source.replace('without_usual_below: 30', 'without_usual_below: 20'),
  'stricter.yaml',
);

const at = (minute: number) => Date.parse('2026-11-20T07:00:00Z') + minute * 60_000;
const event = (minute: number, rmssd: number, readiness: number) =>
  eventOf(at(minute), { hrv_rmssd: rmssd, readiness_score: readiness });
const events = [event(0, 60, 85), event(10, 25, 65)];
const tomorrow = Date.parse('2026-11-21T07:00:00Z');
const decided = (by: typeof rules, until: number, from?: number) => {
  const tally = createDecisionTally(from);
  replayHistory(by, { userId: 'anna', start: initialState, earlier: [], events }, until, tally.add);
  return tally.end(until);
};
const story = (by: typeof rules, until: number) =>
  decided(by, until).switches.map(({ from, to }) => `${from ?? 'none'} → ${to}`);

it('includes the switches that time makes after the last event', () => {
  expect(story(rules, Date.parse('2026-11-20T07:10:00Z'))).toEqual(['none → pattern', 'pattern → reflex']);
  expect(story(rules, tomorrow)).toEqual(['none → pattern', 'pattern → reflex', 'reflex → pattern']);
  const nothing = createDecisionTally();
  replayHistory(
    rules,
    { userId: 'anna', start: initialState, earlier: [], events: [] },
    tomorrow,
    nothing.add,
  );
  expect(nothing.end(tomorrow)).toEqual({ switches: [], alerts: {}, modes: {} });
});

it('begins at a later state, with the events before it known', () => {
  const [first, second] = events as [(typeof events)[0], (typeof events)[0]];
  const decisions: Decision[] = [];
  const take = (decision: Decision) => decisions.push(decision);
  replayHistory(rules, { userId: 'anna', start: initialState, earlier: [], events: [first] }, at(0), take);
  const start = decisions.at(-1)?.state ?? initialState;
  const tally = createDecisionTally();
  const later = { userId: 'anna', start, earlier: [first], events: [second] };
  replayHistory(rules, later, at(10), tally.add);
  expect(tally.end(at(10))).toMatchObject({
    switches: [{ from: 'pattern', to: 'reflex', seq: 2 }],
    modes: { pattern: 600_000 },
  });
});

it('counts alerts at their highest severity, and the time in each mode', () => {
  const all = decided(rules, at(20));
  expect(all.alerts).toEqual({ 'stress_overload info': 1 });
  expect(all.modes).toEqual({ pattern: 600_000, reflex: 600_000 });
  const late = decided(rules, at(20), at(11));
  expect(late).toMatchObject({ switches: [], alerts: {}, modes: { reflex: 540_000 } });
  const both = addSummaries(all, late);
  expect(both.modes).toEqual({ pattern: 600_000, reflex: 1_140_000 });
  expect(sharesOf(both.modes)).toEqual({ pattern: 0.345, reflex: 0.655 });
  expect(sharesOf({})).toEqual({});
});

it('counts an alert once, however its level moves', () => {
  const tally = createDecisionTally();
  const anna = createPerson();
  anna.repeats(2, minute, { heart_rate: 120 }, { context: 'rest' });
  anna.repeats(3, minute, { heart_rate: 140 }, { context: 'rest' });
  anna.repeats(3, minute, { heart_rate: 120 }, { context: 'rest' });
  anna.decisions.forEach(tally.add);
  expect(tally.end(anna.now).alerts).toEqual({ 'pulse_high critical': 1 });
});

it('shows switches that only one of two rule sets makes', () => {
  const by = (one: typeof rules) => decided(one, tomorrow).switches;
  const lines = compareSwitches(by(rules), by(stricter));
  expect(lines.map((line) => line.slice(0, 1))).toEqual(['=', '-', '-']);
  expect(lines[1]).toContain('pattern → reflex');
  const reverse = compareSwitches(by(stricter), by(rules).toReversed());
  expect(reverse.map((line) => line.slice(0, 1))).toEqual(['=', '+', '+']);
});
