import { modes } from '@bridge/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bySeverity, noAlerts, urgencyOf } from './urgency.ts';

const one = { critical: { ...noAlerts, critical: 1 }, warning: { ...noAlerts, warning: 1 } };

describe('urgencyOf', () => {
  it('puts a critical alert before a warning, and any alert before a mode', () => {
    expect(urgencyOf(one.critical, 'pattern')).toBeGreaterThan(urgencyOf(one.warning, 'reflex'));
    expect(urgencyOf(one.warning, 'pattern')).toBeGreaterThan(urgencyOf(noAlerts, 'reflex'));
  });

  it('follows the priority of modes, and takes a person without one last', () => {
    const ranks = [...modes, null].map((mode) => urgencyOf(noAlerts, mode));
    expect(ranks).toEqual(ranks.toSorted((a, b) => b - a));
    expect(new Set(ranks).size).toBe(ranks.length);
  });

  it('never counts what only informs', () => {
    const counts = fc.record({ critical: fc.nat(3), warning: fc.nat(3), info: fc.nat(50) });
    fc.assert(
      fc.property(counts, fc.constantFrom(...modes, null), (alerts, mode) => {
        expect(urgencyOf(alerts, mode)).toBe(urgencyOf({ ...alerts, info: 0 }, mode));
      }),
    );
  });
});

describe('open alerts', () => {
  it('are sorted by severity', () => {
    const open = [{ severity: 'info' }, { severity: 'critical' }, { severity: 'info' }] as const;
    expect(open.toSorted(bySeverity).map(({ severity }) => severity)).toEqual(['critical', 'info', 'info']);
  });
});
