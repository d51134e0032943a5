import type { PersonState, RecordedFindings, RuleSet } from '@bridge/mode-policy';
import { createBatchGraph, type GraphOptions } from './graph.ts';
import type { BatchState, Item, ItemResult, PersonBefore } from './state.ts';

/** Runs the graph once over a batch and returns what the batch writes. */
export type RunGraph = (
  items: readonly Item[],
  people: ReadonlyMap<string, PersonBefore>,
  rules: RuleSet,
) => Promise<{
  readonly decided: readonly ItemResult[];
  /** State of each person after the batch, by subject id. */
  readonly remembered: ReadonlyMap<string, PersonState>;
}>;

/** The graph is built anew when the rules change. */
export function createGraphRunner(options: GraphOptions = {}): RunGraph {
  let built: { readonly rules: RuleSet; readonly graph: ReturnType<typeof createBatchGraph> } | undefined;
  return async function runGraph(items, people, rules) {
    if (built?.rules !== rules) built = { rules, graph: createBatchGraph(rules, options) };
    const channels = await built.graph.invoke({ items, people });
    return { decided: resultsOf(channels), remembered: channels.remembered };
  };
}

type Channels = Pick<
  typeof BatchState.State,
  'decided' | 'insights' | 'confidence_scores' | 'analysis_results'
>;

/** Puts what the channels hold of a decision beside it. Most decisions say and record nothing. */
export function resultsOf({
  decided,
  insights,
  confidence_scores,
  analysis_results,
}: Channels): readonly ItemResult[] {
  if (insights.length === 0 && confidence_scores.length === 0) return decided;
  const results: ItemResult[] = [...decided];
  for (const { index, place, composed } of insights) {
    const item = results[index];
    if (item) results[index] = { ...item, composed: placed(item.composed, place, composed) };
  }
  const analyses = Object.values(analysis_results);
  for (const { index, place, confidence } of confidence_scores) {
    const item = results[index];
    if (!item) continue;
    // Only the last decision of an item is the event's own.
    const isOfEvent = place === item.decisions.length - 1;
    const analysis = isOfEvent ? analyses.find((one) => one.has(index))?.get(index) : undefined;
    const findings: RecordedFindings = { confidence, ...(analysis && { analysis }) };
    results[index] = { ...item, findings: placed(item.findings, place, findings) };
  }
  return results;
}

function placed<T>(list: readonly (T | undefined)[] = [], place: number, value: T): (T | undefined)[] {
  const longer = [...list];
  longer[place] = value;
  return longer;
}
