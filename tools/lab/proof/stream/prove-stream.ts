import { setTimeout as sleep } from 'node:timers/promises';
import { topics } from '@bridge/contracts';
import { createMessageMaker, type OutgoingMessage } from '@bridge/kafka';
import type { Stack } from '../../../local/start-stack.ts';
import { injectFaults } from '../delivery/inject-faults.ts';
import { serverRestarted, workerKilled, type Fault, type FaultCounts } from '../faults.ts';
import type { Proof, ProofResult } from '../proof.ts';
import { publishLoad } from '../publish-load.ts';
import { createRandom } from '../random.ts';
import { connectClients, type ServerClients } from '../server-clients.ts';
import { withServers } from '../start-servers.ts';
import { prepareReplicas, type Worker } from '../workers.ts';
import { checkRecords, expectedIds } from './check-records.ts';
import { createStreamClient, type StreamClient } from './client.ts';
import { changeLoad, eventLoad, insightLoad, transitionLoad, type LoadParts } from './load.ts';
import { startNginx } from './nginx.ts';
import { readShownIds } from './read-shown-ids.ts';

type Size = {
  readonly cuts: number;
  readonly clients: number;
  readonly persons: number;
  /** Events per second; the other topics have a tenth of it each. */
  readonly perSecond: number;
  readonly pauseMs: number;
  readonly finishWithinMs: number;
};

const full: Size = {
  cuts: 100_000,
  clients: 120,
  persons: 60,
  perSecond: 100,
  pauseMs: 8_000,
  finishWithinMs: 120_000,
};
/** Every kind of fault strikes once. */
const cut: Size = { ...full, cuts: 600, clients: 24, persons: 12, pauseMs: 1_000, finishWithinMs: 60_000 };

/**
 * Clients of two replicas of the gateway, half of them through nginx, are cut at any point, while replicas are killed and
 * restarted one after the other and the broker restarts. Then: each client's record equals the topics, de-duplicated by id.
 */
export const proveStream: Proof = async ({ size: cuts, seed, short, print }) => {
  const size = { ...(short ? cut : full), ...(cuts !== undefined && { cuts }) };
  return withServers(short ? 'proof-stream-short' : 'proof-stream', print, async (stack, stops) => {
    const env = { STREAM_WARM_SECONDS: '600', STREAM_START_BACK: '5000', LOG_LEVEL: 'warn' };
    const replicas = await prepareReplicas(stack, { app: 'stream-gateway', count: 2, env }, print);
    stops.defer(async () => {
      await Promise.all(replicas.map((replica) => replica.stop()));
    });
    await Promise.all(replicas.map((replica) => replica.start()));
    const nginx = await startNginx(stack, replicas, print);
    stops.defer(() => nginx?.stop());
    if (nginx === undefined) print('  NOT CHECKED: half of the clients behind nginx (apt-get install nginx)');
    const servers = await connectClients(stack);
    stops.defer(() => servers.close());
    const clients = createClients({ size, seed, stack, replicas, proxy: nginx?.url });
    const ran = await runWithFaults({ size, seed, stack, replicas, servers, clients, print });
    const checked = await check({ size, servers, clients, print });
    return {
      figures: { ...ran, 'behind nginx': nginx ? 'half of the clients' : 'NOT CHECKED', ...checked.figures },
      failures: checked.failures,
    };
  });
};

function createClients(parts: {
  readonly size: Size;
  readonly seed: number;
  readonly stack: Stack;
  readonly replicas: readonly Worker[];
  readonly proxy: string | undefined;
}): StreamClient[] {
  const { size, seed, stack, replicas, proxy } = parts;
  const random = createRandom(seed + 1);
  const persons = personsOf(size);
  const direct = replicas.map(({ url }) => url);
  return Array.from({ length: size.clients }, (_, nr) =>
    createStreamClient({
      // Every tenth follows everyone, the others one to three persons.
      users: nr % 10 === 0 ? undefined : random.shuffled(persons).slice(0, 1 + random.below(3)),
      origins: proxy !== undefined && nr % 2 === 1 ? [proxy] : direct,
      key: stack.env['AUREN_MASTER_API_KEY'] ?? '',
      random: createRandom(seed * 1_000 + nr),
    }),
  );
}

const personsOf = ({ persons }: Size) => Array.from({ length: persons }, (_, nr) => `person-${nr}`);
const cutsOf = (clients: readonly StreamClient[]) =>
  clients.reduce((sum, { counts }) => sum + counts.cuts + counts.broken, 0);

type Run = {
  readonly size: Size;
  readonly seed: number;
  readonly stack: Stack;
  readonly replicas: readonly Worker[];
  readonly servers: ServerClients;
  readonly clients: readonly StreamClient[];
  readonly print: (line: string) => void;
};

async function runWithFaults(run: Run): Promise<FaultCounts> {
  const { size, seed, stack, replicas, clients, print } = run;
  let over = false;
  const isOver = () => over;
  const following = clients.map((client) => client.runUntil(isOver));
  while (clients.some(({ counts }) => counts.snapshots === 0)) await sleep(50);
  print(`  ${clients.length} clients follow`);
  const publishing = publishUntil(run, isOver);
  const counting = watchCuts(run, () => (over = true));
  const faults = [
    workerKilled(replicas),
    rollingRestart(replicas),
    serverRestarted(stack, 'kafka', 'broker'),
  ];
  const counts = await injectFaults(isOver, faults, {
    random: createRandom(seed + 2),
    pauseMs: size.pauseMs,
    rounds: 1,
    untilOver: true,
    print,
  });
  await counting;
  await Promise.all([publishing, ...following]);
  return counts;
}

async function watchCuts({ size, clients, print }: Run, end: () => void): Promise<void> {
  let shown = Date.now();
  while (cutsOf(clients) < size.cuts) {
    await sleep(100);
    if (Date.now() - shown < 30_000) continue;
    shown = Date.now();
    print(`  ${cutsOf(clients)} disconnects`);
  }
  end();
}

/** Stops and starts one replica after the other, as a deployment does. */
function rollingRestart(replicas: readonly Worker[]): Fault {
  return {
    name: 'rolling restart',
    targets: ['both replicas'],
    recoversFrom: 'end',
    inject: async () => {
      for (const replica of replicas) {
        await replica.stop();
        await replica.start();
      }
    },
  };
}

async function publishUntil({ size, seed, servers }: Run, isOver: () => boolean): Promise<void> {
  const makeMessage = createMessageMaker({
    codec: servers.codec,
    signer: servers.signer,
    source: 'cognition',
  });
  const parts = (nr: number): LoadParts => ({
    size: Infinity,
    persons: personsOf(size),
    random: createRandom(seed + nr),
    makeMessage,
    now: Date.now,
  });
  const loads = [
    { topic: topics.events.name, load: eventLoad(parts(11)), share: 1 },
    { topic: topics.transitions.name, load: transitionLoad(parts(12)), share: 0.1 },
    { topic: topics.alertChanges.name, load: changeLoad(parts(13)), share: 0.1 },
    { topic: topics.insights.name, load: insightLoad(parts(14)), share: 0.1 },
  ];
  await Promise.all(
    loads.map(({ topic, load, share }) =>
      publishLoad(servers.kafka, untilOver(load, isOver), { topic, perSecond: size.perSecond * share }),
    ),
  );
}

function* untilOver(load: Iterator<OutgoingMessage>, isOver: () => boolean): Generator<OutgoingMessage> {
  for (let next = load.next(); !isOver() && next.done !== true; next = load.next()) yield next.value;
}

async function check({
  size,
  servers,
  clients,
  print,
}: Pick<Run, 'size' | 'servers' | 'clients' | 'print'>): Promise<ProofResult> {
  print('  load and faults are over; the clients get the rest');
  const shown = await readShownIds(servers);
  await Promise.all(
    clients.map((client) => {
      const expected = expectedIds(client, shown).size;
      return client.finish(() => new Set(client.record).size >= expected, size.finishWithinMs);
    }),
  );
  // Whatever would be repeated now is repeated within the next keep-alive.
  await Promise.all(clients.map((client) => client.finish(() => false, 3_000)));
  const { missing, repeated, foreign } = checkRecords(clients, shown);
  const sum = (of: (client: StreamClient) => number) =>
    clients.reduce((total, client) => total + of(client), 0);
  const resets: Record<string, number> = {};
  for (const { counts } of clients) {
    for (const [reason, count] of Object.entries(counts.resets))
      resets[reason] = (resets[reason] ?? 0) + count;
  }
  const figures = {
    'ids on the topics': shown.count,
    'copies on the topics': shown.copies,
    'ids on several partitions': shown.onSeveralPartitions,
    'disconnects by the clients': sum(({ counts }) => counts.cuts),
    'disconnects by faults': sum(({ counts }) => counts.broken),
    'frames received': sum(({ record }) => record.length),
    'frames missing': missing,
    'frames repeated': repeated,
    'frames of other persons': foreign,
    'frames merged': sum(({ counts }) => counts.merged),
    resets:
      Object.entries(resets)
        .map(([reason, count]) => `${count} ${reason}`)
        .join(', ') || 'none',
  };
  const failures = [
    ...(missing > 0 ? [`${missing} frames are missing`] : []),
    ...(repeated > 0 ? [`${repeated} frames were repeated`] : []),
    ...(foreign > 0 ? [`${foreign} frames were sent to those who did not ask for them`] : []),
    ...(Object.keys(resets).length > 0 ? ['clients were reset although everything was kept'] : []),
    ...(figures['frames merged'] > 0 ? ['frames were merged for clients that read at once'] : []),
  ];
  return { figures, failures };
}
