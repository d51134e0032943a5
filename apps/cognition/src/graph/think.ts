import type { BiometricEvent } from '@bridge/contracts';
import type { PersonState } from '../domain/person-state.ts';
import type { RuleSet } from '../domain/rule-set.ts';
import { createBatchGraph } from './graph.ts';

/** Runs the graph once over a batch and hands out what is written down: decisions and states. */
export function createThinking(rules: RuleSet) {
  const graph = createBatchGraph(rules);
  return async function think(
    items: readonly { index: number; subjectId: string; event: BiometricEvent }[],
    people: ReadonlyMap<string, PersonState>,
  ) {
    const { decisions, remembered } = await graph.invoke({ items, people });
    return { decisions, remembered };
  };
}
