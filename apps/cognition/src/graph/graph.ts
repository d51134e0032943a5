import { modes } from '@bridge/contracts';
import { END, START, Send, StateGraph } from '@langchain/langgraph';
import type { RuleSet } from '../domain/rule-set.ts';
import { createDecideNode } from './decide-node.ts';
import { createDeviceNode, deviceOf, devices } from './device-nodes.ts';
import { createModeNode } from './mode-nodes.ts';
import { BatchState } from './state.ts';

/** One run per micro-batch: START → route → devices → decide → modes → remember → END. */
export function createBatchGraph(rules: RuleSet) {
  return new StateGraph(BatchState)
    .addNode('route', () => ({}))
    .addNode('oura', createDeviceNode('oura'))
    .addNode('whoop', createDeviceNode('whoop'))
    .addNode('apple', createDeviceNode('apple'))
    .addNode('manual', createDeviceNode('manual'))
    .addNode('partner', createDeviceNode('partner'))
    .addNode('decide', createDecideNode(rules))
    .addNode('reflex', createModeNode('reflex'))
    .addNode('pattern', createModeNode('pattern'))
    .addNode('hypothesis', createModeNode('hypothesis'))
    .addNode('guardian', createModeNode('guardian'))
    .addNode('remember', () => ({}))
    .addEdge(START, 'route')
    .addConditionalEdges('route', toDevices, [...devices])
    .addEdge('oura', 'decide')
    .addEdge('whoop', 'decide')
    .addEdge('apple', 'decide')
    .addEdge('manual', 'decide')
    .addEdge('partner', 'decide')
    .addConditionalEdges('decide', toModes, [...modes, 'remember'])
    .addEdge('reflex', 'remember')
    .addEdge('pattern', 'remember')
    .addEdge('hypothesis', 'remember')
    .addEdge('guardian', 'remember')
    .addEdge('remember', END)
    .compile();
}

// Send copies arrays and plain objects deeply, which would cost more than deciding; a Set travels as it is.

/** Each device node gets its own events; the ones without any do not run. */
function toDevices({ items }: typeof BatchState.State): Send[] {
  const byDevice = Map.groupBy(items, ({ event }) => deviceOf(event.source));
  return [...byDevice].map(([device, own]) => new Send(device, { items: new Set(own) }));
}

/** Each mode node gets the switches into its mode. */
function toModes({ decisions }: typeof BatchState.State): Send[] | 'remember' {
  const switches = decisions.flatMap((decision, index) => (decision.transition ? [{ index, decision }] : []));
  if (switches.length === 0) return 'remember';
  const byMode = Map.groupBy(switches, ({ decision }) => decision.state.mode ?? 'pattern');
  return [...byMode].map(([mode, own]) => new Send(mode, { switches: new Set(own) }));
}
