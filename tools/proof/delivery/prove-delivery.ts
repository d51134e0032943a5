import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { consumerGroups, deadLetterName, registrySubjects, topics } from '@bridge/contracts';
import type { Log } from '@bridge/handler';
import {
  connectKafka,
  createCodec,
  createMessageSigner,
  createPublisher,
  type KafkaConnection,
  type OutgoingMessage,
} from '@bridge/kafka';
import { connectPostgres, type Query } from '@bridge/postgres';
import { parseKeyList } from '@bridge/vault';
import { Registry } from 'prom-client';
import { checkout } from '../../local/paths.ts';
import { createProgress } from '../../local/progress.ts';
import { setUpServers } from '../../local/set-up-servers.ts';
import { startStack, type Stack } from '../../local/start-stack.ts';
import type { Proof } from '../proof.ts';
import { createRandom } from '../random.ts';
import { readTopic } from '../read-topic.ts';
import { checkAnnouncements, checkDeadLetters, checkDecisions, type ReplayedSignals } from './check.ts';
import { deliveryFaults, strike } from './faults.ts';
import { deliveryLoad } from './load.ts';
import { truthOf } from './truth.ts';
import { startWorkers, type Worker } from './workers.ts';

const quiet: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/**
 * Events, duplicates and poison at two workers, while workers are killed and stopped and servers restart. Then, from the
 * topic alone: each event decided once, in order, states equal to a replay, everything announced under one id.
 */
export const proveDelivery: Proof = async ({ size, seed, short, print }) => {
  const events = size ?? (short ? 2_000 : 50_000);
  const home = join(checkout, '.local', short ? 'proof-short' : 'proof');
  const stack = await startStack({
    root: checkout,
    home,
    ports: 'free',
    services: false,
    fresh: true,
    print,
  });
  const stops = new AsyncDisposableStack();
  stops.defer(() => stack.stop());
  stops.defer(() => rmSync(join(home, 'data'), { recursive: true, force: true }));
  try {
    const secrets = stack.env as Parameters<typeof setUpServers>[0]['secrets'];
    await setUpServers({ urls: stack.urls, secrets, progress: createProgress(print) });
    const workers = await startWorkers(stack, 2, print);
    stops.defer(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    });
    const outside = await connectOutside(stack);
    stops.defer(() => outside.close());

    const random = createRandom(seed);
    const load = [...deliveryLoad({ size: events, persons: 500, random, ...outside, now: Date.now })];
    let over = false;
    const started = Date.now();
    const publishing = publishAll(outside.publish, load, 1_000).finally(() => (over = true));
    const faults = deliveryFaults(stack, workers, createRandom(seed + 1));
    const [counts] = await Promise.all([
      strike(() => over, short ? faults.slice(0, 1).concat(faults.slice(2)) : faults, {
        random: createRandom(seed + 2),
        ...(short
          ? { pauseMs: 500, rounds: 1, untilOver: false }
          : { pauseMs: 3_000, rounds: 3, untilOver: true }),
        print,
      }),
      publishing,
    ]);
    print('  load and faults are over; waiting for lag 0');
    await caughtUp(outside, workers);
    const settledSeconds = Math.round((Date.now() - started) / 1000);

    const topic = topics.events.name;
    const read = (name: string) => readTopic(outside.kafka, name, quiet);
    const truth = await truthOf(await read(topic), outside);
    const deadLetters = await read(deadLetterName(topic));
    const replay = replayStates(workers);
    const sent = {
      transitions: await read(topics.transitions.name),
      alerts: await read(topics.alerts.name),
    };
    const announced = await checkAnnouncements(outside.query, sent, replay.result);
    return {
      figures: {
        messages: load.length,
        events: truth.events.size,
        'duplicates on the topic': truth.duplicates,
        'poison messages': truth.poison.length,
        transitions: announced.transitions,
        'alert signals': announced.signals,
        ...counts,
        'seconds until settled': settledSeconds,
        replay: replay.output,
      },
      failures: [
        ...(await checkDecisions(outside.query, truth)),
        ...announced.failures,
        ...checkDeadLetters(truth, deadLetters),
        ...replay.failures,
      ],
    };
  } finally {
    await stops.disposeAsync();
  }
};

/** Our own view of the servers: a producer, a reader and the database owner. */
async function connectOutside(stack: Stack) {
  const metrics = new Registry();
  const kafka = await connectKafka(
    { brokers: [stack.urls.kafka], clientId: 'proof' },
    { log: quiet, metrics },
  );
  const publisher = createPublisher(kafka);
  const postgres = connectPostgres(
    { url: stack.urls.postgres, max: 2, applicationName: 'proof', statementTimeoutMs: 60_000 },
    { log: quiet, metrics },
  );
  const keys = parseKeyList(stack.env['BRIDGE_SIGNING_KEY'] ?? '');
  return {
    kafka,
    publish: (messages: readonly OutgoingMessage[]) => publisher.publish(messages),
    query: postgres.query,
    codec: await createCodec({ registryUrl: stack.urls.registry, produces: registrySubjects() }),
    signer: createMessageSigner([...keys.byId].map(([id, key]) => ({ id, key: key.export() }))),
    close: async () => {
      await publisher.close();
      await kafka.close();
      await postgres.close();
    },
  };
}

/** In order, a hundred at a time; what an absent broker did not take is sent again, as any producer would. */
async function publishAll(
  publish: (messages: readonly OutgoingMessage[]) => Promise<void>,
  load: readonly OutgoingMessage[],
  perSecond: number,
): Promise<void> {
  const atOnce = 100;
  for (let at = 0; at < load.length; at += atOnce) {
    const next = sleep((1_000 * atOnce) / perSecond);
    const messages = load.slice(at, at + atOnce);
    let sent = false;
    while (!sent) {
      sent = await publish(messages).then(
        () => true,
        () => sleep(500, false),
      );
    }
    await next;
  }
}

/** Every position is at the end of its partition and nothing waits in the outbox. */
async function caughtUp(
  { kafka, query }: { kafka: KafkaConnection; query: Query },
  workers: readonly Worker[],
): Promise<void> {
  const until = Date.now() + 120_000;
  for (;;) {
    const admin = await kafka.admin();
    const ends = await admin.fetchTopicOffsets(topics.events.name);
    const positions = await query<{ partition: number; next: number }>(
      'select partition, next_offset next from cognition.positions where consumer = $1',
      [consumerGroups.decisions],
    );
    const [outbox] = await query<{ waiting: number }>('select count(*)::int waiting from cognition.outbox');
    const behind = ends.filter(
      ({ partition, high }) => positions.find((one) => one.partition === partition)?.next !== Number(high),
    );
    if (behind.length === 0 && outbox?.waiting === 0) return;
    if (Date.now() > until) {
      const states = workers.map((worker) => `${worker.name} ${worker.state()}`).join(', ');
      throw new Error(`not settled after two minutes: ${behind.length} partitions behind, ${states}`);
    }
    await sleep(250);
  }
}

/** The service's own replay, in a process of its own, against what it stored. */
function replayStates([worker]: readonly Worker[]): {
  output: string;
  result: ReplayedSignals | undefined;
  failures: string[];
} {
  const script = join(checkout, 'apps/cognition/src/verify-states.ts');
  const run = spawnSync(process.execPath, ['--conditions=@bridge/source', script], {
    cwd: checkout,
    env: worker?.env,
    encoding: 'utf8',
  });
  const output = run.stdout.trim();
  return {
    output,
    result: output === '' ? undefined : (JSON.parse(output) as ReplayedSignals),
    failures: run.status === 0 ? [] : [`a replay differs: ${output || run.stderr.slice(-500)}`],
  };
}
