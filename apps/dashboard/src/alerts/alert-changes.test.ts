import type { Alert, AlertChange } from '@bridge/contracts';
import { describe, expect, test } from 'vitest';
import { alertsAfter, byUrgency, type OpenAlertMap } from './alert-changes.ts';

const at = '2026-03-01T10:00:00Z';
const later = '2026-03-01T11:00:00Z';

function change(given: Partial<AlertChange>): AlertChange {
  return {
    change_id: 'c',
    alert_id: 'a',
    user_id: 'ada',
    kind: 'rule.pulse_high',
    from: null,
    to: 'firing',
    severity: 'warning',
    at,
    change: 'fired',
    ...given,
  };
}

const after = (...changes: Partial<AlertChange>[]) =>
  changes.map(change).reduce<OpenAlertMap>(alertsAfter, new Map<string, Alert>());

describe('open alerts', () => {
  test('open, change and end with what the stream brings', () => {
    const open = after({ summary: 'Pulse 130' });
    expect(open.get('a')).toMatchObject({ status: 'firing', opened_at: at, summary: 'Pulse 130' });
    expect(after({}, { to: 'resolved', at: later, change: 'resolved' }).size).toBe(0);
  });

  test("keep what they say when somebody's action does not repeat it", () => {
    const kept = after({ summary: 'Pulse 130' }, { change: 'acknowledged', by: 'key:nurse', at: later });
    expect(kept.get('a')).toMatchObject({
      summary: 'Pulse 130',
      acknowledged: { by: 'key:nurse', at: later, until: null },
    });
  });

  test("are nobody's any more when given back, raised or opened again", () => {
    const taken = { change: 'snoozed', by: 'key:nurse', acknowledged_until: later } as const;
    for (const kind of ['unacknowledged', 'raised', 'reopened'] as const)
      expect(after({}, taken, { change: kind, at: later }).get('a')).not.toHaveProperty('acknowledged');
    expect(after({}, taken, { change: 'useful', at: later }).get('a')).toHaveProperty('acknowledged');
  });

  test('take no change that is older than what is known', () => {
    expect(after({ at: later, severity: 'critical' }, { at, to: 'resolved' }).get('a')?.severity).toBe(
      'critical',
    );
  });

  test('are sorted by severity, then those of whom nobody takes care, then by age', () => {
    const alerts = after(
      { alert_id: 'info', severity: 'info' },
      { alert_id: 'young', at: later },
      { alert_id: 'old' },
      { alert_id: 'taken' },
      { alert_id: 'taken', change: 'acknowledged', by: 'x' },
      { alert_id: 'worst', severity: 'critical', at: later },
    );
    expect(byUrgency(alerts.values()).map(({ alert_id }) => alert_id)).toEqual([
      'worst',
      'old',
      'young',
      'taken',
      'info',
    ]);
  });
});
