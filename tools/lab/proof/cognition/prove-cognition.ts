import { deadLetterName, topics } from '@bridge/contracts';
import type { Stack } from '../../../local/start-stack.ts';
import { waitUntilCaughtUp } from '../wait-until-caught-up.ts';
import { checkAnnouncements, checkDeadLetters, checkDecisions, readAnnouncements } from '../check.ts';
import * as fault from '../faults.ts';
import { connectClients, type ServerClients } from '../server-clients.ts';
import { explainNewest, verifyStates } from '../replay-checks.ts';
import type { Proof, ProofResult } from '../proof.ts';
import { publishLoad } from '../publish-load.ts';
import { createRandom } from '../random.ts';
import { readTopic } from '@bridge/testing';
import { withServers } from '../start-servers.ts';
import { stopWhenPublished } from '../stop-when-published.ts';
import { readTruth } from '../truth.ts';
import { prepareWorkers, type Worker } from '../workers.ts';
import { cognitionLoad } from './load.ts';
import { watchRecovery } from './recovery.ts';
import { injectOverlappingFaults } from './inject-overlapping-faults.ts';

type Size = {
  readonly seconds: number;
  readonly perSecond: number;
  readonly everyMs: number;
  readonly persons: number;
  readonly rounds?: number;
};

const full: Size = { seconds: 600, perSecond: 2_000, everyMs: 5_000, persons: 5_000 };
/** Every kind of fault strikes once. */
const cut: Size = { seconds: 11, perSecond: 500, everyMs: 1_500, persons: 300, rounds: 1 };

/**
 * Corrections, deletes, duplicates, poison and messages keyed in every way at two workers, with a fault every few seconds.
 * Then, from the topic alone: each event decided once, in order, states equal to a replay, everything announced under
 * one id, and each of the newest transitions explained to the bit.
 */
export const proveCognition: Proof = async ({ seconds, seed, short, print }) => {
  const size = { ...(short ? cut : full), ...(seconds !== undefined && { seconds }) };
  return withServers(short ? 'proof-cognition-short' : 'proof-cognition', print, async (stack, stops) => {
    const restarts: string[] = [];
    const workers = await prepareWorkers(stack, 3, (line) => {
      print(line);
      if (line.includes('ended with code')) restarts.push(line);
    });
    stops.defer(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    });
    await Promise.all(workers.slice(0, 2).map((worker) => worker.start()));
    const clients = await connectClients(stack);
    stops.defer(() => clients.close());
    const ran = await runWithFaults({ size, seed, print }, { stack, workers, clients });
    await stopWhenPublished(clients, workers);
    const checked = await check(clients, workers);
    return {
      figures: { ...ran, 'workers that gave up by themselves': restarts.length, ...checked.figures },
      failures: checked.failures,
    };
  });
};

async function runWithFaults(
  { size, seed, print }: { size: Size; seed: number; print: (line: string) => void },
  { stack, workers, clients }: { stack: Stack; workers: readonly Worker[]; clients: ServerClients },
): Promise<Record<string, number>> {
  const { kafka, query, makeMessage } = clients;
  const partitions = (await (await kafka.admin()).fetchTopicOffsets(topics.events.name)).length;
  const load = cognitionLoad({
    size: size.seconds * size.perSecond,
    persons: size.persons,
    partitions,
    makeMessage,
    random: createRandom(seed),
    now: Date.now,
  });
  const always = workers.slice(0, 2);
  const faults = [
    fault.workerKilled(always),
    fault.workerStopped(always),
    ...workers.slice(2).map(fault.workerJoined),
    fault.serverRestarted(stack, 'kafka', 'broker'),
    fault.serverRestarted(stack, 'postgres', 'PostgreSQL'),
    fault.connectionsCut(query),
  ];
  const recovery = watchRecovery(query, partitions);
  const started = Date.now();
  const secondsSince = () => Math.round((Date.now() - started) / 1_000);
  let over = false;
  const publishing = publishLoad(kafka, load, size).finally(() => (over = true));
  const plan = { random: createRandom(seed + 1), onInjection: recovery.watch, print, ...size };
  const [counts, messages] = await Promise.all([
    injectOverlappingFaults(() => over, faults, plan),
    publishing,
  ]);
  const loadSeconds = secondsSince();
  print('  load and faults are over; waiting for lag 0');
  await waitUntilCaughtUp(clients, workers, 300_000);
  return {
    messages,
    faults: Object.values(counts).reduce((sum, count) => sum + count, 0),
    ...counts,
    'seconds of load and faults': loadSeconds,
    'seconds from there to lag 0': secondsSince() - loadSeconds,
    ...(await recovery.finish()),
  };
}

async function check(clients: ServerClients, workers: readonly Worker[]): Promise<ProofResult> {
  const { kafka, query } = clients;
  const truth = await readTruth(clients);
  const deadLetters = await readTopic(kafka, deadLetterName(topics.events.name));
  const decided = await checkDecisions(query, truth);
  const replay = await verifyStates(workers[0]);
  const sent = {
    transitions: await readAnnouncements(clients, topics.transitions.name),
    alerts: await readAnnouncements(clients, topics.alerts.name),
  };
  const announced = await checkAnnouncements(query, sent, replay.result);
  const explained = await explainNewest(workers[0]);
  return {
    figures: {
      events: truth.events.size,
      'duplicates on the topic': truth.duplicates,
      'poison messages': truth.poison.length,
      ...decided.figures,
      transitions: announced.transitions,
      'alert signals': announced.signals,
      'explained, identical': explained.identical,
      replay: replay.output,
    },
    failures: [
      ...decided.failures,
      ...announced.failures,
      ...checkDeadLetters(truth, deadLetters),
      ...replay.failures,
      ...explained.failures,
    ],
  };
}
