import { deadLetterName, topics } from '@bridge/contracts';
import { waitUntilCaughtUp } from '../wait-until-caught-up.ts';
import { checkAnnouncements, checkDeadLetters, checkDecisions, readAnnouncements } from '../check.ts';
import { serverRestarted, workerKilled, workerStopped } from '../faults.ts';
import { connectClients } from '../server-clients.ts';
import { verifyStates } from '../replay-checks.ts';
import type { Proof } from '../proof.ts';
import { publishLoad } from '../publish-load.ts';
import { createRandom } from '../random.ts';
import { readTopic } from '@bridge/testing';
import { withServers } from '../start-servers.ts';
import { readTruth } from '../truth.ts';
import { startWorkers } from '../workers.ts';
import { deliveryLoad } from './load.ts';
import { injectFaults } from './inject-faults.ts';

/**
 * Events, duplicates and poison at two workers, while workers are killed and stopped and servers restart. Then, from the
 * topic alone: each event decided once, in order, states equal to a replay, everything announced under one id.
 */
export const proveDelivery: Proof = async ({ size, seed, short, print }) => {
  const events = size ?? (short ? 2_000 : 50_000);
  return withServers(short ? 'proof-short' : 'proof', print, async (stack, stops) => {
    const workers = await startWorkers(stack, 2, print);
    stops.defer(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    });
    const clients = await connectClients(stack);
    stops.defer(() => clients.close());

    const { makeMessage } = clients;
    const random = createRandom(seed);
    const load = deliveryLoad({ size: events, persons: 500, random, makeMessage, now: Date.now });
    let over = false;
    const started = Date.now();
    const publishing = publishLoad(clients.kafka, load, { perSecond: 1_000 }).finally(() => (over = true));
    const faults = [
      workerKilled(workers),
      ...(short ? [] : [workerStopped(workers)]),
      serverRestarted(stack, 'kafka', 'broker'),
      serverRestarted(stack, 'postgres', 'PostgreSQL'),
    ];
    const [counts, messages] = await Promise.all([
      injectFaults(() => over, faults, {
        random: createRandom(seed + 2),
        ...(short
          ? { pauseMs: 500, rounds: 1, untilOver: false }
          : { pauseMs: 3_000, rounds: 3, untilOver: true }),
        print,
      }),
      publishing,
    ]);
    print('  load and faults are over; waiting for lag 0');
    await waitUntilCaughtUp(clients, workers);
    const settledSeconds = Math.round((Date.now() - started) / 1000);

    const truth = await readTruth(clients);
    const deadLetters = await readTopic(clients.kafka, deadLetterName(topics.events.name));
    const replay = await verifyStates(workers[0]);
    const sent = {
      transitions: await readAnnouncements(clients, topics.transitions.name),
      alerts: await readAnnouncements(clients, topics.alerts.name),
    };
    const announced = await checkAnnouncements(clients.query, sent, replay.result);
    const decided = await checkDecisions(clients.query, truth);
    return {
      figures: {
        messages,
        events: truth.events.size,
        'duplicates on the topic': truth.duplicates,
        'poison messages': truth.poison.length,
        ...decided.figures,
        transitions: announced.transitions,
        'alert signals': announced.signals,
        ...counts,
        'seconds until settled': settledSeconds,
        replay: replay.output,
      },
      failures: [
        ...decided.failures,
        ...announced.failures,
        ...checkDeadLetters(truth, deadLetters),
        ...replay.failures,
      ],
    };
  });
};
