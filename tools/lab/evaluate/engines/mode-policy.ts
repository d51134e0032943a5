import { readFile } from 'node:fs/promises';
import type { BiometricEvent } from '@bridge/contracts';
import {
  decide,
  initialState,
  metricBitsOf,
  requireRules,
  signalsOf,
  type Decision,
  type EventRange,
  type RuleSet,
} from '@bridge/mode-policy';
import type { CreateEngine, EngineModule, EngineOutput } from '../engine.ts';
import { createRecentEvents } from './recent-events.ts';

/** The mode policy of this checkout. */
export const loadEngine: EngineModule['loadEngine'] = async (config) =>
  createPolicyEngine(requireRules(await readFile(config, 'utf8'), config));

function createPolicyEngine(rules: RuleSet): CreateEngine {
  return (userId) => {
    const recent = createRecentEvents();
    const known = {
      versionsOf: (event: BiometricEvent) =>
        recent.versionsOf(event).filter(({ event_id }) => event_id !== event.event_id),
      between: (range: EventRange) =>
        recent.between(range).filter((event) => (metricBitsOf(event) & range.metrics) !== 0),
    };
    let state = initialState;
    const take = (decisions: readonly Decision[]): EngineOutput => {
      state = decisions.at(-1)?.state ?? state;
      return {
        alerts: decisions.flatMap(({ alertSignals }) => alertSignals),
        transitions: decisions.filter(({ transition }) => transition !== null).length,
      };
    };
    return {
      decide: (event) => {
        const signals = signalsOf(event, rules);
        const decisions = decide(state, { kind: 'event', event, signals, known }, rules);
        recent.add(event);
        return take(decisions);
      },
      tick: (due) => take(decide(state, { kind: 'tick', userId, due }, rules)),
    };
  };
}
