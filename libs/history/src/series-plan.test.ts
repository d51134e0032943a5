import { maxSeriesPoints } from '@bridge/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planSeries, widthMs } from './series-plan.ts';

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 20);
const ask = (given: Partial<Parameters<typeof planSeries>[0]> = {}) =>
  planSeries({ metric: 'heart_rate', resolution: 'auto', ...given }, now);

describe('planSeries', () => {
  it.each([
    [1, '5m'],
    [30, '1h'],
    [366, '1d'],
  ])('takes for %i days points of %s', (days, resolution) => {
    expect(ask({ from: now - days * dayMs, to: now })).toMatchObject({ kind: 'plan', resolution });
  });

  it('shows the last week unless it is told otherwise', () => {
    expect(ask()).toMatchObject({ kind: 'plan', from: now - 7 * dayMs, to: now, unit: '/min' });
  });

  it.each([
    ['metric', { metric: 'heart_rat' }],
    ['from', { from: now, to: now - 1 }],
    ['from', { from: now, to: now }],
    ['from', { from: 0, to: now }],
    ['resolution', { from: now - 366 * dayMs, to: now, resolution: '5m' as const }],
    ['resolution', { from: Date.UTC(2000, 0, 2), to: Date.UTC(2100, 0, 1) }],
  ])('refuses a bad %s', (parameter, given) => {
    const refusal = ask(given);
    expect(refusal).toMatchObject({ kind: 'refused', parameter });
    expect(JSON.stringify(refusal)).not.toMatch(/heart_rat\b|2100/);
  });

  it('never plans more points than a series may have', () => {
    const span = fc.integer({ min: 1, max: 3_000 * dayMs });
    fc.assert(
      fc.property(
        span,
        fc.constantFrom('auto' as const, '5m' as const, '1h' as const),
        (length, resolution) => {
          const plan = ask({ from: now - length, to: now, resolution });
          if (plan.kind === 'refused') return;
          expect((plan.to - plan.from) / widthMs[plan.resolution] + 2).toBeLessThanOrEqual(maxSeriesPoints);
        },
      ),
    );
  });
});
