import { changeId, utc, type AlertChange } from '@bridge/contracts';
import type { Episode, TimedSignal } from './episode.ts';

/** The published form of a change. Its id follows from episode and signal, so a retry repeats it. */
export function alertChange(before: Episode | null, after: Episode, signal: TimedSignal): AlertChange {
  return {
    change_id: changeId(after.alertId, signal.signal_id),
    alert_id: after.alertId,
    user_id: after.userId,
    kind: after.kind,
    from: before?.status ?? null,
    to: after.status,
    severity: after.severity,
    at: utc(signal.at),
    signal_id: signal.signal_id,
    ...(signal.transition_id !== undefined && { transition_id: signal.transition_id }),
    evidence: signal.evidence,
    ...after.details,
  };
}
