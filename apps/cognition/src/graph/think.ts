import type { BiometricEvent } from '@bridge/contracts';
import type { PersonState } from '../domain/person-state.ts';
import type { RuleSet } from '../domain/rule-set.ts';
import { createBatchGraph } from './graph.ts';

/**
 * Runs the graph once over a batch and hands out what is written down: decisions and states. A whole batch is decided by
 * the rules that hold when it begins.
 */
export function createThinking(currentRules: () => RuleSet) {
  let rules = currentRules();
  let graph = createBatchGraph(rules);
  return async function think(
    items: readonly { index: number; subjectId: string; event: BiometricEvent }[],
    people: ReadonlyMap<string, PersonState>,
  ) {
    if (currentRules() !== rules) {
      rules = currentRules();
      graph = createBatchGraph(rules);
    }
    const { decisions, remembered } = await graph.invoke({ items, people });
    return { decisions, remembered };
  };
}
