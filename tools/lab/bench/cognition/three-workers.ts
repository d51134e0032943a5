import { setTimeout as sleep } from 'node:timers/promises';
import { consumerGroups } from '@bridge/contracts';
import { signatureHeader, type MessageSigner, type OutgoingMessage } from '@bridge/kafka';
import type { Bench, BenchContext } from '../bench.ts';
import { startService } from '../service-process.ts';
import { keepStates, restoreTables } from './decision-tables.ts';
import { onePulseEach, randomEvents, type PersonLoad } from './person-load.ts';
import { publishLoad } from './publish-load.ts';
import { settleNights, type Filled } from './scenario.ts';
import { endOfTopic, rewind } from './topic-range.ts';
import { watchDrain } from './watch-drain.ts';

const workers = 3;
const withinMs = 240_000;
/** PostgreSQL shows its counters a moment later. */
const statisticsMs = 1_500;

/**
 * Three workers, one partition each. Keyed, each has persons of its own; without keys every person is on all three, so that they
 * are in each other's way with nearly every batch.
 */
export const measureThreeWorkers: Bench = async (context) => {
  const { quick, outside, print } = context;
  const { query } = outside.postgres;
  const load = { persons: 1_000, events: quick ? 15_000 : 60_000, nights: 7, prefix: 'shared' };
  await settleNights(context, load);
  await keepStates(query);
  const keyed = await fill(context, load, (message) => message);
  const unkeyed = await fill(context, load, (message) => withoutKey(message, outside.signer));
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
      ...{ name, unit: 'events/s', target: { ratio: 0.5 } },
      runs: runs.map((run) => run.unkeyed),
      floorRuns: runs.map((run) => run.keyed),
    },
    { name: `${name}: deadlocks`, unit: '', runs: runs.map((run) => run.deadlocks), target: { below: 1 } },
  ];
};

/** So many events that all three have joined and are warm before counting begins. */
const warmUp = 40_000;

async function fill(
  { outside, quick }: BenchContext,
  load: PersonLoad,
  change: (message: OutgoingMessage) => OutgoingMessage,
): Promise<Filled> {
  const { kafka, publisher } = outside;
  const publish = (messages: Iterable<OutgoingMessage>) => publishLoad(publisher, changed(messages, change));
  const from = await endOfTopic(kafka);
  await publish(onePulseEach(load, outside));
  await publish(randomEvents({ ...load, events: quick ? warmUp / 2 : warmUp }, 0, outside));
  const warm = await endOfTopic(kafka);
  await publish(randomEvents(load, 1, outside));
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
async function drain(context: BenchContext, { from, warm, to }: Filled): Promise<number> {
  const { kafka, postgres } = context.outside;
  const { query } = postgres;
  const consumer = consumerGroups.decisions;
  await restoreTables(query);
  await rewind({ kafka, query }, consumer, from);
  await using running = new AsyncDisposableStack();
  const starting = Array.from({ length: workers }, (_, nr) =>
    startService(context, 'cognition', [], `cognition-${nr + 1}`),
  );
  const counting = watchDrain({ query, consumer, from: warm, to, pids: {}, withinMs });
  counting.catch(() => undefined); // awaited below
  for (const worker of await Promise.all(starting)) running.defer(worker.stop);
  return (await counting).perSecond;
}

async function deadlocks({ outside }: BenchContext): Promise<number> {
  await sleep(statisticsMs);
  const [row] = await outside.postgres.query<{ deadlocks: number }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return row?.deadlocks ?? Number.NaN;
}
