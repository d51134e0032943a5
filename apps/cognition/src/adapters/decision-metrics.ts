import { utc, type Mode } from '@bridge/contracts';
import { Counter, Gauge, type Registry } from 'prom-client';
import type { Decision } from '@bridge/mode-policy';
import type { Refusal } from '../decide-batch.ts';

/** What is counted of decisions. */
export type Tally = {
  readonly events: number;
  readonly ticks: number;
  readonly switches: readonly { readonly from: Mode | null; readonly to: Mode }[];
};

export function tallyOf(decisions: readonly Pick<Decision, 'cause' | 'transition'>[]): Tally {
  const ticks = decisions.filter(({ cause }) => 'due' in cause).length;
  const switches = decisions.flatMap(({ transition }) =>
    transition === null ? [] : [{ from: transition.from, to: transition.to }],
  );
  return { events: decisions.length - ticks, ticks, switches };
}

export type DecisionMetrics = ReturnType<typeof createDecisionMetrics>;

/** What operators see of decisions. Names come from the guides; labels from closed sets. */
export function createDecisionMetrics(metrics: Registry, now: () => number = Date.now) {
  let lastDecision: number | undefined;
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
  const postponed = new Counter({
    name: 'cognitive_ticks_postponed_total',
    help: 'Times that a person was due, could not be decided and was put off.',
    registers: [metrics],
  });
  const rebuilds = new Counter({
    name: 'cognitive_states_rebuilt_total',
    help: 'States that were lost or unreadable and were decided again from stored events.',
    registers: [metrics],
  });
  const modeFailures = new Counter({
    name: 'cognitive_mode_node_failures_total',
    help: 'Runs of a mode node that failed; their messages went out without sentences.',
    labelNames: ['mode'],
    registers: [metrics],
  });
  return {
    ready: () => ready.set(1),
    modeFailed: (mode: Mode) => modeFailures.inc({ mode }),
    postponed: () => postponed.inc(),
    rebuilt: () => rebuilds.inc(),
    decided: (tally: Tally) => {
      if (tally.events > 0) lastDecision = now();
      for (const { from, to } of tally.switches) transitions.inc({ from: from ?? 'none', to });
      events.inc({ outcome: 'decided' }, tally.events);
      ticksDone.inc(tally.ticks);
    },
    /** Of an event, in this process: ticks go on when nothing arrives any more. */
    lastDecisionAt: () => (lastDecision === undefined ? undefined : utc(lastDecision)),
    refused: (refused: readonly Refusal[]) => {
      for (const { kind, reason } of refused) {
        events.inc({ outcome: kind === 'drop' ? 'dropped' : 'dead_lettered' });
        refusals.inc({ kind, reason });
      }
    },
  };
}
