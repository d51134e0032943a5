import { utc, type BiometricEvent } from '@bridge/contracts';
import { buildEvent, fromEnvironment } from '@bridge/testing';
import { MemorySaver, type BaseCheckpointSaver } from '@langchain/langgraph';
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres';
import { collectKnown, initialState } from '@bridge/mode-policy';
import { loadRuleFile } from '@bridge/decision-store';
import { createBatchGraph } from '../src/graph/graph.ts';
import type { Item, PersonBefore } from '../src/graph/state.ts';

// `node graph-rates.ts <seconds>` prints one line, a GraphRate[]: why the graph runs once per batch. Needs
// POSTGRES_ADMIN_URL; the checkpoints lie in a schema of their own, which goes at the end.

export type GraphRate = { readonly name: string; readonly perSecond: number };

const seconds = Number(process.argv[2] ?? 5);
const schema = 'bench_checkpoints';
const persons = 100;
const perBatch = 1_000;
/** As many runs at a time as a consumer could have under way. */
const atOnce = 16;
const rulesPath = new URL('../../../config/neuros.yaml', import.meta.url).pathname;
const { rules } = await loadRuleFile(rulesPath);
const start = Date.now();

const postgres = PostgresSaver.fromConnString(fromEnvironment('POSTGRES_ADMIN_URL'), { schema });
await postgres.setup();
const rates: GraphRate[] = [
  { name: `per batch of ${perBatch}, nothing kept`, perSecond: await perBatchRate() },
  { name: 'per event, nothing kept', perSecond: await perEventRate() },
  { name: 'per event, MemorySaver', perSecond: await perEventRate(new MemorySaver()) },
  { name: 'per event, PostgresSaver', perSecond: await perEventRate(postgres) },
];
await postgres.end();
process.stdout.write(`${JSON.stringify(rates)}\n`);

async function perBatchRate(): Promise<number> {
  const graph = createBatchGraph(rules);
  return rate(1, async (nr) => {
    const items = Array.from({ length: perBatch }, (_, index) => itemOf(nr * perBatch + index, index));
    await graph.invoke({ items, people: peopleOf(items) });
    return perBatch;
  });
}

async function perEventRate(checkpointer?: BaseCheckpointSaver): Promise<number> {
  const graph = createBatchGraph(rules, checkpointer && { checkpointer });
  return rate(atOnce, async (nr) => {
    const items = [itemOf(nr, 0)];
    await graph.invoke({ items, people: peopleOf(items) }, { configurable: { thread_id: `thread-${nr}` } });
    return 1;
  });
}

/** Events per second of `run`, which returns how many it took, after a warm-up of a fifth of the time. */
async function rate(lanes: number, run: (nr: number) => Promise<number>): Promise<number> {
  let [nr, events] = [0, 0];
  const during = async (ms: number) => {
    const until = performance.now() + ms;
    const lane = async () => {
      while (performance.now() < until) events += await run(nr++);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  };
  await during(seconds * 200);
  events = 0;
  const started = performance.now();
  await during(seconds * 1_000);
  return (events * 1_000) / (performance.now() - started);
}

function itemOf(nr: number, index: number): Item {
  const time = utc(start + nr * 1_000);
  const person = `user-${nr % persons}`;
  const event: BiometricEvent = buildEvent({ user_id: person, timestamp: time, received_at: time });
  return { index, subjectId: person, event };
}

function peopleOf(items: readonly Item[]): Map<string, PersonBefore> {
  return new Map(items.map(({ subjectId }) => [subjectId, { state: initialState, known: collectKnown() }]));
}
