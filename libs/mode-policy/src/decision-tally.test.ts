import { expect, it } from 'vitest';
import { addSummaries, sharesOf } from './decision-tally.ts';

it('adds up the alerts and the times of several persons', () => {
  const one = { alerts: { 'pulse_high critical': 1, 'strain info': 2 }, modes: { pattern: 900 } };
  const other = { alerts: { 'strain info': 1, 'fever warning': 1 }, modes: { pattern: 50, reflex: 50 } };
  expect(addSummaries(one, other)).toEqual({
    alerts: { 'pulse_high critical': 1, 'strain info': 3, 'fever warning': 1 },
    modes: { pattern: 950, reflex: 50 },
  });
});

it('gives shares in thousandths', () => {
  expect(sharesOf({ pattern: 2_000, reflex: 1_000 })).toEqual({ pattern: 0.667, reflex: 0.333 });
});
