import type { Alert, Delivery } from '@bridge/contracts';

/** An alert as the service shows it. @param start The beginning of its id. */
export function buildAlert(start: string, more: Partial<Alert> = {}): Alert {
  return {
    alert_id: start.padEnd(32, '0'),
    user_id: 'ada',
    kind: 'rule.pulse_high',
    status: 'firing',
    severity: 'warning',
    opened_at: '2026-03-01T10:00:00.000Z',
    updated_at: '2026-03-01T10:05:00.000Z',
    resolved_at: null,
    version: 1,
    source: 'cognition',
    evidence: { rules: [], readings: [] },
    ...more,
  };
}

export function buildDelivery(start: string, more: Partial<Delivery> = {}): Delivery {
  return {
    delivery_id: start.padEnd(32, '0'),
    channel: 'phone',
    status: 'delivered',
    created_at: '2026-03-01T10:00:30.000Z',
    due_at: '2026-03-01T10:00:30.000Z',
    settled_at: '2026-03-01T10:00:31.000Z',
    steps: [{ alert_id: '4f0c2a'.padEnd(32, '0'), step: 1, reason: 'fired', route: 'default' }],
    attempts: [
      {
        attempt: 1,
        started_at: '2026-03-01T10:00:30.000Z',
        ended_at: '2026-03-01T10:00:31.000Z',
        result: 'delivered',
        reason: null,
        http_status: 200,
      },
    ],
    ...more,
  };
}
