import type { Mode } from '@bridge/contracts';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Decided, Refused } from '../decide-batch.ts';

/** What operators see of decisions. Names come from the guides; labels from closed sets. */
export function createDecisionMetrics(metrics: Registry) {
  const events = new Counter({
    name: 'biometric_events_processed_total',
    help: 'Messages that were settled, by outcome.',
    labelNames: ['outcome'],
    registers: [metrics],
  });
  const refusals = new Counter({
    name: 'biometric_events_refused_total',
    help: 'Messages that were dropped or dead-lettered, by reason.',
    labelNames: ['kind', 'reason'],
    registers: [metrics],
  });
  const transitions = new Counter({
    name: 'cognitive_mode_transitions',
    help: 'Switches from one mode to another.',
    labelNames: ['from', 'to'],
    registers: [metrics],
  });
  const ready = new Gauge({
    name: 'auren_langgraph_ready',
    help: '1 while the graph is compiled and decides.',
    registers: [metrics],
  });
  const modeFailures = new Counter({
    name: 'cognitive_mode_node_failures_total',
    help: 'Runs of a mode node that failed; their switches stand without insights.',
    labelNames: ['mode'],
    registers: [metrics],
  });
  return {
    ready: () => ready.set(1),
    modeFailed: (mode: Mode) => modeFailures.inc({ mode }),
    decided: ({ decisions }: Pick<Decided<unknown>, 'decisions'>) => {
      events.inc({ outcome: 'decided' }, decisions.length);
      for (const { transition } of decisions) {
        if (transition) transitions.inc({ from: transition.from ?? 'none', to: transition.to });
      }
    },
    refused: (refused: readonly Refused[]) => {
      for (const { kind, reason } of refused) {
        events.inc({ outcome: kind === 'drop' ? 'dropped' : 'dead_lettered' });
        refusals.inc({ kind, reason });
      }
    },
  };
}
