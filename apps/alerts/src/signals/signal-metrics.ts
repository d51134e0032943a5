import { Counter, Gauge, type Registry } from 'prom-client';
import { episodeSeverity, statusOf } from '../episodes/domain/episode.ts';
import type { SignalOutcome } from './handle-alert-signals.ts';

export type SignalMetrics = { handled(outcomes: readonly SignalOutcome[]): void };

/** Metrics of signals. Labels come from closed sets. */
export function createSignalMetrics(metrics: Registry): SignalMetrics {
  const signals = new Counter({
    name: 'alert_signals_total',
    help: 'Messages on biometric.alerts that were settled, by outcome and, where there is one, reason.',
    labelNames: ['outcome', 'reason'],
    registers: [metrics],
  });
  const changes = new Counter({
    name: 'alert_changes_total',
    help: 'Changes of alert episodes, by what they changed to.',
    labelNames: ['to', 'severity'],
    registers: [metrics],
  });
  const heartbeats = new Gauge({
    name: 'alert_producer_last_heartbeat_timestamp_seconds',
    help: 'When a producer of alert signals last said that it lives.',
    labelNames: ['source'],
    registers: [metrics],
  });

  return {
    handled(outcomes) {
      for (const { outcome } of outcomes) {
        if (outcome.kind !== 'ok') signals.inc({ outcome: outcome.kind, reason: outcome.reason });
        else if ('after' in outcome.value) {
          const { after } = outcome.value;
          signals.inc({ outcome: 'changed', reason: '' });
          changes.inc({ to: statusOf(after), severity: episodeSeverity(after) });
        } else {
          signals.inc({ outcome: 'heartbeat', reason: '' });
          heartbeats.set({ source: outcome.value.source }, outcome.value.at / 1000);
        }
      }
    },
  };
}
