import { alertId, operatorsUserId, signalId } from '@bridge/contracts';
import { firingSinceOf, type Episode } from '../episodes/domain/episode.ts';
import type { TimedSignal } from '../episodes/domain/timed-signal.ts';

export const unansweredKind = 'pipeline.unanswered';

/** Tells operators that nobody acknowledged a critical alert in time. It names neither the person nor the rule. */
export function unansweredSignals(episodes: readonly Episode[], now: number): TimedSignal[] {
  return episodes.map((episode): TimedSignal => {
    // One for each firing, however often it is planned.
    const alert = alertId(`${episode.alertId}/${String(firingSinceOf(episode))}`, unansweredKind);
    return {
      signal_id: signalId({ alertId: alert, status: 'firing', cause: 'unanswered' }),
      alert_id: alert,
      user_id: operatorsUserId,
      kind: unansweredKind,
      status: 'firing',
      severity: 'critical',
      at: now,
      source: 'alerts',
      title: 'An alert is unanswered',
      summary: 'A critical alert went through all steps of its escalation and nobody acknowledged it.',
      advice: `Open the list of alerts and look at ${episode.alertId}; then check who was told, and how.`,
      evidence: { rules: [], readings: [] },
    };
  });
}
