import type { PersonState, RuleSet } from '@bridge/mode-policy';
import { createBatchGraph, type GraphOptions } from './graph.ts';
import type { Insight, Item, ItemDecision, PersonBefore } from './state.ts';

/** Runs the graph once over a batch and returns what the batch writes. */
export type RunGraph = (
  items: readonly Item[],
  people: ReadonlyMap<string, PersonBefore>,
  rules: RuleSet,
) => Promise<{
  readonly decided: readonly ItemDecision[];
  /** State of each person after the batch, by subject id. */
  readonly remembered: ReadonlyMap<string, PersonState>;
  readonly insights: readonly Insight[];
}>;

/** The graph is built anew when the rules change. */
export function createGraphRunner(options: GraphOptions = {}): RunGraph {
  let built: { readonly rules: RuleSet; readonly graph: ReturnType<typeof createBatchGraph> } | undefined;
  return async function runGraph(items, people, rules) {
    if (built?.rules !== rules) built = { rules, graph: createBatchGraph(rules, options) };
    const { decided, remembered, insights } = await built.graph.invoke({ items, people });
    return { decided, remembered, insights };
  };
}
