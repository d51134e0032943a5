import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { eventOf } from '../test/policy-story.ts';
import { requireRules } from './parse-rules.ts';
import { compareSwitches, switchesBy } from './replay-rules.ts';

const source = readFileSync(new URL('../../../config/neuros.yaml', import.meta.url), 'utf8');
const rules = requireRules(source, 'neuros.yaml');
const stricter = requireRules(
  source.replace('hrv_rmssd_below: 30, readiness', 'hrv_rmssd_below: 20, readiness'),
  'stricter.yaml',
);

const at = (minute: number) => Date.parse('2026-11-20T07:00:00Z') + minute * 60_000;
const event = (minute: number, rmssd: number, readiness: number) =>
  eventOf(at(minute), { hrv_rmssd: rmssd, readiness_score: readiness });
const events = [event(0, 60, 85), event(10, 25, 65)];
const tomorrow = Date.parse('2026-11-21T07:00:00Z');
const story = (by: typeof rules, until: number) =>
  switchesBy(by, events, until).map(({ from, to }) => `${from ?? 'none'} → ${to}`);

it('includes the switches that time makes after the last event', () => {
  expect(story(rules, Date.parse('2026-11-20T07:10:00Z'))).toEqual(['none → pattern', 'pattern → reflex']);
  expect(story(rules, tomorrow)).toEqual(['none → pattern', 'pattern → reflex', 'reflex → pattern']);
  expect(switchesBy(rules, [], tomorrow)).toEqual([]);
});

it('shows switches that only one of two rule sets makes', () => {
  const lines = compareSwitches(switchesBy(rules, events, tomorrow), switchesBy(stricter, events, tomorrow));
  expect(lines.map((line) => line.slice(0, 1))).toEqual(['=', '-', '-']);
  expect(lines[1]).toContain('pattern → reflex');
  const reverse = compareSwitches(
    switchesBy(stricter, events, tomorrow),
    switchesBy(rules, events, tomorrow).toReversed(),
  );
  expect(reverse.map((line) => line.slice(0, 1))).toEqual(['=', '+', '+']);
});
