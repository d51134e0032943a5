import { modes, type Mode } from '@bridge/contracts';
import { END, START, Send, StateGraph, type BaseCheckpointSaver } from '@langchain/langgraph';
import type { RuleSet } from '@bridge/mode-policy';
import { createDecideNode } from './decide-node.ts';
import { createDeviceNode, deviceOf, devices } from './device-nodes.ts';
import { createModeNode, wordless } from './mode-nodes.ts';
import { BatchState, type BatchUpdate } from './state.ts';
import { statementsOf } from './statements.ts';

export type GraphOptions = {
  /** Makes the node that composes what is said in a mode. */
  readonly modeNode?: typeof createModeNode;
  /** A mode node failed: its messages go out without sentences. */
  readonly onModeFailure?: (mode: Mode) => void;
  /** Keeps every step of a run. Batches go without: their decisions are stored once, by the batch's own transaction. */
  readonly checkpointer?: BaseCheckpointSaver;
};

/** One run per micro-batch: START → route → devices → decide → modes → remember → END. */
export function createBatchGraph(
  rules: RuleSet,
  { modeNode = createModeNode, onModeFailure, checkpointer }: GraphOptions = {},
) {
  const mode = (name: Mode) => spare(modeNode(rules), () => onModeFailure?.(name));
  return new StateGraph(BatchState)
    .addNode('route', () => ({}))
    .addNode('oura', createDeviceNode('oura', rules))
    .addNode('whoop', createDeviceNode('whoop', rules))
    .addNode('apple', createDeviceNode('apple', rules))
    .addNode('manual', createDeviceNode('manual', rules))
    .addNode('partner', createDeviceNode('partner', rules))
    .addNode('decide', createDecideNode(rules))
    .addNode('reflex', mode('reflex'))
    .addNode('pattern', mode('pattern'))
    .addNode('hypothesis', mode('hypothesis'))
    .addNode('guardian', mode('guardian'))
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
    .compile(checkpointer && { checkpointer });
}

// Send copies arrays and plain objects deeply, which would cost more than deciding; a Set travels as it is.

/** Each device node gets its own events; the ones without any do not run. */
function toDevices({ items }: typeof BatchState.State): Send[] {
  const byDevice = Map.groupBy(items, ({ event }) => deviceOf(event.source));
  return [...byDevice].map(([device, own]) => new Send(device, { items: new Set(own) }));
}

/** Each mode node gets what is said in its mode. */
function toModes(channels: typeof BatchState.State): Send[] | 'remember' {
  const statements = statementsOf(channels);
  if (statements.length === 0) return 'remember';
  const byMode = Map.groupBy(statements, ({ decision }) => decision.state.mode ?? 'pattern');
  return [...byMode].map(([mode, own]) => new Send(mode, { statements: new Set(own) }));
}

/**
 * A failing mode node must lose no message of its batch. Caught here and not by LangGraph's error handlers, which would
 * add a node for each to the picture.
 */
function spare(node: ReturnType<typeof createModeNode>, onFailure: () => void) {
  return (input: Parameters<typeof node>[0]): BatchUpdate => {
    try {
      return node(input);
    } catch {
      onFailure();
      return { insights: Array.from(input.statements, wordless) };
    }
  };
}
