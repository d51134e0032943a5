import { deadLetterName, topics } from '@bridge/contracts';
import { createMessageMaker } from '@bridge/kafka';
import { readTopic } from '@bridge/testing';
import type { Stack } from '../../../local/start-stack.ts';
import { injectFaults } from '../delivery/inject-faults.ts';
import { serverRestarted, workerKilled, workerStopped, type Fault, type FaultCounts } from '../faults.ts';
import type { Proof, ProofResult } from '../proof.ts';
import { publishLoad } from '../publish-load.ts';
import { createRandom } from '../random.ts';
import { connectClients, type ServerClients } from '../server-clients.ts';
import { withServers } from '../start-servers.ts';
import { prepareReplicas, type Worker } from '../workers.ts';
import { actAsPeople, type AskedAction } from './act-as-people.ts';
import { configure } from './channels.ts';
import { checkDeliveries, readDeliveries } from './check-deliveries.ts';
import { checkLifecycle, readEpisodes } from './check-lifecycle.ts';
import { createAlertLoad } from './load.ts';
import { readChanges, readSignals } from './read-topics.ts';
import { receiverDied, startReceivers, type Receivers } from './receivers.ts';
import { replayAlerts } from './replay.ts';
import { waitUntilSettled } from './wait-until-settled.ts';

type Size = {
  readonly signals: number;
  readonly persons: number;
  readonly perSecond: number;
  readonly pauseMs: number;
  readonly rounds: number;
  /** Between two actions of people. */
  readonly actEveryMs: number;
  readonly settleWithinMs: number;
};

const full: Size = {
  signals: 100_000,
  persons: 2_000,
  perSecond: 800,
  pauseMs: 4_000,
  rounds: 2,
  actEveryMs: 100,
  settleWithinMs: 1_800_000,
};
/** Every kind of fault strikes once. */
const cut: Size = {
  ...full,
  signals: 2_000,
  persons: 120,
  perSecond: 150,
  pauseMs: 2_000,
  rounds: 1,
  settleWithinMs: 180_000,
};

/**
 * Signals, repeated and of many persons at once, at two replicas of the alerts service, while replicas are killed, servers
 * restart, receivers fail in every way and people act. Then: every alert as one thread would have it, every step at its
 * receiver under one key, in order, and nothing left over.
 */
export const proveAlerts: Proof = async ({ size: signals, seed, short, print }) => {
  const size = { ...(short ? cut : full), ...(signals !== undefined && { signals }) };
  return withServers(short ? 'proof-alerts-short' : 'proof-alerts', print, async (stack, stops) => {
    const receivers = await startReceivers();
    stops.defer(() => receivers.close());
    const env = { ALERTS_ALLOWED_PRIVATE_HOSTS: '127.0.0.1' };
    const replicas = await prepareReplicas(stack, { app: 'alerts', count: 2, env }, print);
    stops.defer(async () => {
      await Promise.all(replicas.map((replica) => replica.stop()));
    });
    await Promise.all(replicas.map((replica) => replica.start()));
    const clients = await connectClients(stack);
    stops.defer(() => clients.close());
    const run = { size, seed, stack, receivers, replicas, clients, print };
    await configure(replicas[0]?.url ?? '', masterKeyOf(stack), receivers);
    const ran = await runWithFaults(run);
    const checked = await check(run, ran.asked);
    return { figures: { ...ran.figures, ...checked.figures }, failures: checked.failures };
  });
};

type Run = {
  readonly size: Size;
  readonly seed: number;
  readonly stack: Stack;
  readonly receivers: Receivers;
  readonly replicas: readonly Worker[];
  readonly clients: ServerClients;
  readonly print: (line: string) => void;
};

const masterKeyOf = ({ env }: Stack): string => env.AUREN_MASTER_API_KEY ?? '';

async function runWithFaults({ size, seed, stack, receivers, replicas, clients, print }: Run) {
  const { codec, signer, kafka } = clients;
  const makeMessage = createMessageMaker({ codec, signer, source: 'cognition' });
  const random = createRandom(seed);
  const load = createAlertLoad({ ...size, size: size.signals, random, makeMessage, now: Date.now });
  const started = Date.now();
  const secondsSince = () => Math.round((Date.now() - started) / 1_000);
  let over = false;
  const isOver = () => over;
  const publishing = publishLoad(kafka, leavingHalfway(load.messages, load.progress, receivers), {
    topic: topics.alerts.name,
    perSecond: size.perSecond,
  }).finally(() => (over = true));
  const acting = actAsPeople({
    urls: replicas.map(({ url }) => url),
    masterKey: masterKeyOf(stack),
    random: createRandom(seed + 1),
    recent: load.recent,
    isOver,
    everyMs: size.actEveryMs,
  });
  const inject = async () => {
    const plan = { random: createRandom(seed + 2), untilOver: size.rounds > 1, ...size, print };
    const counts: FaultCounts = {};
    for (const faults of faultsOf({ size, stack, replicas, receivers })) {
      const sparingFaults = faults.map((fault) => sparing(fault, clients, receivers));
      Object.assign(counts, await injectFaults(isOver, sparingFaults, plan));
    }
    return counts;
  };
  const [counts, messages, asked] = await Promise.all([inject(), publishing, acting]);
  const loadSeconds = secondsSince();
  print('  load and faults are over; waiting until everything is delivered');
  await waitUntilSettled(clients, { withinMs: size.settleWithinMs, print });
  return {
    asked,
    figures: {
      messages,
      persons: size.persons,
      ...counts,
      'seconds of load and faults': loadSeconds,
      'seconds from there until settled': secondsSince() - loadSeconds,
    },
  };
}

/** In the cut the broker comes last: until the replicas have joined again nothing would be there for the others to hit. */
function faultsOf({
  size,
  stack,
  replicas,
  receivers,
}: Pick<Run, 'size' | 'stack' | 'replicas' | 'receivers'>) {
  const broker = serverRestarted(stack, 'kafka', 'broker');
  const database = serverRestarted(stack, 'postgres', 'PostgreSQL');
  const [killed, stopped, died] = [workerKilled(replicas), workerStopped(replicas), receiverDied(receivers)];
  return size.rounds > 1
    ? [[killed, stopped, broker, database, died]]
    : [[database, died], [killed], [broker]];
}

function* leavingHalfway<T>(load: Iterator<T>, progress: () => number, { leave }: Receivers): Generator<T> {
  for (let next = load.next(); next.done !== true; next = load.next()) {
    if (progress() > 0.5) leave();
    yield next.value;
  }
}

/** What is claimed after a fault may never have been sent. */
function sparing(fault: Fault, { query }: ServerClients, receivers: Receivers): Fault {
  return {
    ...fault,
    inject: async (target) => {
      await fault.inject(target);
      const claimed = await query<{ id: string }>(
        `select encode(delivery_id, 'hex') id from alerts.deliveries where status = 'pending' and claimed_until > now()`,
      );
      receivers.spare(claimed.map(({ id }) => id));
    },
  };
}

async function check(
  { clients, receivers, stack }: Run,
  asked: readonly AskedAction[],
): Promise<ProofResult> {
  const { kafka, query } = clients;
  const signals = await readSignals(clients);
  const changes = await readChanges(clients);
  const replayed = await replayAlerts(stack.paths.run, signals, changes);
  const episodes = await readEpisodes(query);
  const lifecycle = checkLifecycle({ rows: episodes, replayed, changes, asked });
  const deliveries = checkDeliveries(await readDeliveries(query), {
    receivers,
    episodes,
    userOf: (alertId) => signals.byAlert.get(alertId)?.[0]?.user_id,
  });
  const deadLetters = await readTopic(kafka, deadLetterName(topics.alerts.name));
  const left = deadLetters.length;
  return {
    figures: {
      signals: signals.signals,
      'signals repeated': signals.repetitions,
      ...lifecycle.figures,
      ...deliveries.figures,
      'dead letters': left,
    },
    failures: [
      ...lifecycle.failures,
      ...deliveries.failures,
      ...(left > 0 ? [`${left} signals are dead letters`] : []),
    ],
  };
}
