import { testMorning } from '@bridge/testing';
import { expect, test } from 'vitest';
import { budgetUse } from './budget-use.ts';

const day = 86_400_000;

test('counts the alerts of a severity within the days of its budget', () => {
  const spent = [
    { alertId: 'a', severity: 'warning', at: testMorning - 30 * day },
    { alertId: 'b', severity: 'warning', at: testMorning - 30 * day + 1 },
    { alertId: 'c', severity: 'warning', at: testMorning },
    { alertId: 'd', severity: 'critical', at: testMorning },
  ] as const;
  const budgets = [
    { severity: 'warning', alerts: 4, days: 30 },
    { severity: 'info', alerts: 2, days: 1 },
  ] as const;
  expect(budgetUse(budgets, { spent }, testMorning)).toEqual({
    budgets: [
      { severity: 'warning', alerts: 4, days: 30, used: 2, left: 2 },
      { severity: 'info', alerts: 2, days: 1, used: 0, left: 2 },
    ],
  });
  const small = [{ severity: 'warning', alerts: 1, days: 30 }] as const;
  expect(budgetUse(small, { spent }, testMorning).budgets[0]).toMatchObject({ used: 2, left: 0 });
});
