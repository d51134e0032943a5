import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createPlannerMetrics } from './planner-metrics.ts';

test('without the database the other metrics are served, and no number that is not known', async () => {
  const metrics = new Registry();
  const planner = createPlannerMetrics(metrics, () => Promise.reject(new Error('away')));
  planner.planned({ persons: 3, deliveries: 2 });
  const text = await metrics.metrics();
  expect(text).toContain('alert_planned_persons_total 3');
  expect(text).not.toMatch(/^alerts_(?:open|held)\{/m);
  expect(text).toContain('alert_budget_spent_persons Nan');
});
