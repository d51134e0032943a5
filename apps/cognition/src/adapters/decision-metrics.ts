import type { Mode } from '@bridge/contracts';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Refused } from '../decide-batch.ts';
import type { Decision } from '../domain/conclude.ts';

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
  const ticksDone = new Counter({
    name: 'cognitive_ticks_total',
    help: 'Ticks that changed a state: time passed without an event.',
    registers: [metrics],
  });
  const rebuilds = new Counter({
    name: 'cognitive_states_rebuilt_total',
    help: 'States that were lost or unreadable and were decided again from stored events.',
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
    rebuilt: () => rebuilds.inc(),
    decided: (decisions: readonly Decision[]) => {
      let ticks = 0;
      for (const { cause, transition } of decisions) {
        if ('due' in cause) ticks += 1;
        if (transition) transitions.inc({ from: transition.from ?? 'none', to: transition.to });
      }
      events.inc({ outcome: 'decided' }, decisions.length - ticks);
      ticksDone.inc(ticks);
    },
    refused: (refused: readonly Refused[]) => {
      for (const { kind, reason } of refused) {
        events.inc({ outcome: kind === 'drop' ? 'dropped' : 'dead_lettered' });
        refusals.inc({ kind, reason });
      }
    },
  };
}
