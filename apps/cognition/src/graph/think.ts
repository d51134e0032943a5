import type { RuleSet } from '@bridge/mode-policy';
import { createBatchGraph, type GraphOptions } from './graph.ts';
import type { Item, PersonBefore } from './state.ts';

/** Runs the graph once over a batch and hands out what is written down. The graph is built anew when the rules change. */
export function createThinking(options: GraphOptions = {}) {
  let built: { readonly rules: RuleSet; readonly graph: ReturnType<typeof createBatchGraph> } | undefined;
  return async function think(
    items: readonly Item[],
    people: ReadonlyMap<string, PersonBefore>,
    rules: RuleSet,
  ) {
    if (built?.rules !== rules) built = { rules, graph: createBatchGraph(rules, options) };
    const { decided, remembered, insights } = await built.graph.invoke({ items, people });
    return { decided, remembered, insights };
  };
}

export type Think = ReturnType<typeof createThinking>;
