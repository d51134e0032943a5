import { setTimeout as sleep } from 'node:timers/promises';
import { consumerGroups } from '@bridge/contracts';
import { signatureHeader, type MessageSigner, type OutgoingMessage } from '@bridge/kafka';
import type { Bench, BenchContext } from '../bench.ts';
import { startService } from '../service-process.ts';
import { saveStates, restoreTables } from './decision-tables.ts';
import { onePulseEach, randomEvents, type PersonLoad } from './person-load.ts';
import { publishLoad } from './publish-load.ts';
import { decideNights, type TopicFill } from './scenario.ts';
import { endOfTopic, rewind } from './topic-range.ts';
import { measureDrain } from './watch-drain.ts';

const workers = 3;
const withinMs = 240_000;
/** PostgreSQL shows its counters a moment later. */
const statisticsMs = 1_500;

/**
 * Three workers, one partition each. Keyed, each has persons of its own; without keys every person is on all three, so that they
 * are in each other's way with nearly every batch.
 */
export const measureThreeWorkers: Bench = async (context) => {
  const { quick, clients, print } = context;
  const { query } = clients.postgres;
  const load = { persons: 1_000, events: quick ? 15_000 : 60_000, nights: 7, prefix: 'shared' };
  await decideNights(context, load);
  await saveStates(query);
  const keyed = await fill(context, load, (message) => message);
  const unkeyed = await fill(context, load, (message) => withoutKey(message, clients.signer));
  const runs: { readonly keyed: number; readonly unkeyed: number; readonly deadlocks: number }[] = [];
  while (runs.length < (quick ? 1 : 3)) {
    const before = await deadlocks(context);
    const run = { keyed: await drain(context, keyed), unkeyed: await drain(context, unkeyed) };
    runs.push({ ...run, deadlocks: (await deadlocks(context)) - before });
    print(`cognition: three workers: ${JSON.stringify(runs.at(-1))}`);
  }
  const name = 'cognition: three workers, nothing keyed';
  return [
    {
      name,
      unit: 'events/s',
      target: { ratio: 0.5 },
      runs: runs.map((run) => run.unkeyed),
      floorRuns: runs.map((run) => run.keyed),
    },
    { name: `${name}: deadlocks`, unit: '', runs: runs.map((run) => run.deadlocks), target: { below: 1 } },
  ];
};

/** Enough events for all three workers to join and warm up before counting begins. */
const warmUp = 40_000;

async function fill(
  { clients, quick }: BenchContext,
  load: PersonLoad,
  change: (message: OutgoingMessage) => OutgoingMessage,
): Promise<TopicFill> {
  const { kafka, publisher } = clients;
  const publish = (messages: Iterable<OutgoingMessage>) => publishLoad(publisher, changed(messages, change));
  const from = await endOfTopic(kafka);
  await publish(onePulseEach(load, clients));
  await publish(randomEvents({ ...load, events: quick ? warmUp / 2 : warmUp }, 0, clients));
  const warm = await endOfTopic(kafka);
  await publish(randomEvents(load, 1, clients));
  return { from, warm, to: await endOfTopic(kafka) };
}

function* changed<T>(items: Iterable<T>, change: (item: T) => T): Generator<T> {
  for (const item of items) yield change(item);
}

/** The signature covers the key. */
function withoutKey(message: OutgoingMessage, signer: MessageSigner): OutgoingMessage {
  const { topic, value, headers } = message;
  if (value === null) return message;
  const signature = signer.sign({ topic, key: null, value });
  return { topic, key: null, value, headers: { ...headers, [signatureHeader]: signature } };
}

/** Events per second of all three together, from when every partition is warm. */
async function drain(context: BenchContext, { from, warm, to }: TopicFill): Promise<number> {
  const { kafka, postgres } = context.clients;
  const { query } = postgres;
  const consumer = consumerGroups.decisions;
  await restoreTables(query);
  await rewind({ kafka, query }, consumer, from);
  await using running = new AsyncDisposableStack();
  const starting = Array.from({ length: workers }, (_, nr) =>
    startService(context, 'cognition', [], { name: `cognition-${nr + 1}` }),
  );
  const counting = measureDrain({ query, consumer, from: warm, to, pids: {}, withinMs });
  counting.catch(() => undefined); // awaited below
  for (const worker of await Promise.all(starting)) running.defer(worker.stop);
  return (await counting).perSecond;
}

async function deadlocks({ clients }: BenchContext): Promise<number> {
  await sleep(statisticsMs);
  const [row] = await clients.postgres.query<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return row?.deadlocks ?? Number.NaN;
}
