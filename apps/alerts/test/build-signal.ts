import { alertId, signalId, type AlertStateSignal } from '@bridge/contracts';
import { testTime } from '@bridge/testing';

/** A signal of cognition for one episode of `user-1`; a test gives the fields it cares about. */
export function buildSignal(given: Partial<AlertStateSignal> & { cause?: string } = {}): AlertStateSignal {
  const { cause = 'first', ...fields } = given;
  const status = fields.status ?? 'firing';
  const alert_id = fields.alert_id ?? alertId('a'.repeat(32), 'rule.stress_overload');
  return {
    signal_id: signalId({ alertId: alert_id, status, cause }),
    alert_id,
    user_id: 'user-1',
    kind: 'rule.stress_overload',
    status,
    severity: 'critical',
    at: testTime(),
    source: 'cognition',
    evidence: { rules: ['stress_overload'], readings: [reading(25)] },
    ...fields,
  };
}

export function reading(value: number) {
  return { metric: 'hrv_rmssd', value, unit: 'ms', at: testTime(-60) };
}
