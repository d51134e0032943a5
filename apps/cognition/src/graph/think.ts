import type { BiometricEvent } from '@bridge/contracts';
import type { PersonState } from '../domain/person-state.ts';
import type { RuleSet } from '../domain/rule-set.ts';
import { createBatchGraph, type GraphOptions } from './graph.ts';

/**
 * Runs the graph once over a batch and hands out what is written down: decisions and states. A whole batch is decided by
 * the rules that hold when it begins.
 */
export function createThinking(currentRules: () => RuleSet, options: GraphOptions = {}) {
  let rules = currentRules();
  let graph = createBatchGraph(rules, options);
  return async function think(
    items: readonly { index: number; subjectId: string; event: BiometricEvent }[],
    people: ReadonlyMap<string, PersonState>,
  ) {
    if (currentRules() !== rules) {
      rules = currentRules();
      graph = createBatchGraph(rules, options);
    }
    const { decisions, remembered } = await graph.invoke({ items, people });
    return { decisions, remembered };
  };
}
