import type { PersonState, RuleSet } from '@bridge/mode-policy';
import { createBatchGraph, type GraphOptions } from './graph.ts';
import type { Item, ItemDecision, PersonBefore, Wording } from './state.ts';
import type { ComposedDecision } from '@bridge/mode-policy';

/** Runs the graph once over a batch and returns what the batch writes. */
export type RunGraph = (
  items: readonly Item[],
  people: ReadonlyMap<string, PersonBefore>,
  rules: RuleSet,
) => Promise<{
  readonly decided: readonly ItemDecision[];
  /** State of each person after the batch, by subject id. */
  readonly remembered: ReadonlyMap<string, PersonState>;
}>;

/** The graph is built anew when the rules change. */
export function createGraphRunner(options: GraphOptions = {}): RunGraph {
  let built: { readonly rules: RuleSet; readonly graph: ReturnType<typeof createBatchGraph> } | undefined;
  return async function runGraph(items, people, rules) {
    if (built?.rules !== rules) built = { rules, graph: createBatchGraph(rules, options) };
    const { decided, remembered, insights } = await built.graph.invoke({ items, people });
    return { decided: withSentences(decided, insights), remembered };
  };
}

/** Puts the composed sentences beside the decisions that they belong to. */
function withSentences(
  decided: readonly ItemDecision[],
  wordings: readonly Wording[],
): readonly ItemDecision[] {
  if (wordings.length === 0) return decided;
  const all = [...decided];
  for (const { index, place, composed } of wordings) {
    const item = all[index];
    if (item === undefined) continue;
    const own: (ComposedDecision | undefined)[] = [...(item.composed ?? item.decisions.map(() => undefined))];
    own[place] = composed;
    all[index] = { ...item, composed: own };
  }
  return all;
}
