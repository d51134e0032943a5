import { alertId, operatorsUserId, signalId } from '@bridge/contracts';
import type { TimedSignal } from '../../episodes/domain/timed-signal.ts';
import type { AnsweredFiring, Firing } from './notification-plan.ts';

const kind = 'pipeline.unanswered';

const endings: Readonly<Record<AnsweredFiring['reason'], string>> = {
  answered: 'Somebody took care of the alert.',
  recovered: 'The alert ended.',
};

/** Tells operators that nobody acknowledged a critical alert in time. It names neither the person nor the rule. */
export function unansweredSignal(firing: Firing, now: number): TimedSignal {
  return {
    ...signalOf(firing, 'firing', now),
    summary: 'A critical alert went through all steps of its escalation and nobody acknowledged it.',
    advice: `Open the list of alerts and look at ${firing.alertId}; then check who was told, and how.`,
  };
}

/** Ends what `unansweredSignal` began. */
export function answeredSignal({ reason, ...firing }: AnsweredFiring, now: number): TimedSignal {
  return { ...signalOf(firing, 'resolved', now), summary: endings[reason], reason };
}

/** One alert for each firing, however often it is planned. */
function signalOf(firing: Firing, status: 'firing' | 'resolved', now: number): TimedSignal {
  const alert_id = alertId(`${firing.alertId}/${String(firing.firingSince)}`, kind);
  const cause = status === 'firing' ? 'unanswered' : 'answered';
  return {
    signal_id: signalId({ alertId: alert_id, status, cause }),
    alert_id,
    user_id: operatorsUserId,
    kind,
    status,
    severity: 'critical',
    at: now,
    source: 'alerts',
    title: 'An alert is unanswered',
    evidence: { rules: [], readings: [] },
  };
}
