import { setTimeout as sleep } from 'node:timers/promises';
import { alertSignalSchema, modeTransitionSchema, topics } from '@bridge/contracts';
import type { z } from 'zod';
import { waitUntilCaughtUp } from '../wait-until-caught-up.ts';
import { readAnnouncements } from '../check.ts';
import { connectClients, type ServerClients } from '../server-clients.ts';
import { explainNewest, verifyStates } from '../replay-checks.ts';
import { ingestMessage } from '../ingest-event.ts';
import type { Proof } from '../proof.ts';
import { publishLoad } from '../publish-load.ts';
import { withServers } from '../start-servers.ts';
import { startWorkers } from '../workers.ts';
import { createScenario, fullScenario, shortScenario, type Scenario } from './scenario.ts';
import { checkMessages, type Announced } from './check-messages.ts';

const perSecond = 5_000;
const tickWithinMs = 10_000;

/** Synthetic people at one worker: healthy ones are in no danger, acute ones are found at once, silent ones end by tick. */
export const proveSimulation: Proof = async ({ seed, short, print }) => {
  return withServers(short ? 'proof-simulation-short' : 'proof-simulation', print, async (stack, stops) => {
    const workers = await startWorkers(stack, 1, print);
    stops.defer(async () => {
      await Promise.all(workers.map((worker) => worker.stop()));
    });
    const clients = await connectClients(stack);
    stops.defer(() => clients.close());
    const scenario = createScenario(seed, Date.now(), short ? shortScenario : fullScenario);
    const started = Date.now();
    const load = scenario.events.map((event) => ingestMessage(event, clients.makeMessage));
    const events = await publishLoad(clients.kafka, load.values(), { perSecond });
    await waitUntilCaughtUp(clients, workers);
    const decidedSeconds = Math.round((Date.now() - started) / 100) / 10;
    await waitForTicks(clients, scenario);
    await waitUntilCaughtUp(clients, workers);

    const replay = await verifyStates(workers[0]);
    const explained = await explainNewest(workers[0]);
    const checked = checkMessages(scenario, await readMessages(clients));
    return {
      figures: {
        events,
        'seconds from the first event to the last decision': decidedSeconds,
        ...checked.figures,
        'explained, identical': explained.identical,
        replay: replay.output,
      },
      failures: [...checked.failures, ...replay.failures, ...explained.failures],
    };
  });
};

/** The sweeper looks once a second. */
async function waitForTicks({ query }: ServerClients, { silent }: Scenario): Promise<void> {
  const until = Date.now() + tickWithinMs;
  while (Date.now() < until) {
    const [row] = await query<{ ticked: number }>(
      'select count(distinct subject_id)::int ticked from cognition.ticks t where due < now()',
    );
    if ((row?.ticked ?? 0) >= silent.length) return;
    await sleep(250);
  }
}

async function readMessages(clients: ServerClients): Promise<Announced> {
  const signals = await readTopic(clients, topics.alerts.name, alertSignalSchema);
  return {
    transitions: await readTopic(clients, topics.transitions.name, modeTransitionSchema),
    alerts: signals.flatMap((signal) => (signal.status === 'heartbeat' ? [] : [signal])),
  };
}

async function readTopic<T>(clients: ServerClients, topic: string, schema: z.ZodType<T>): Promise<T[]> {
  const sent = await readAnnouncements(clients, topic);
  // A message may repeat, under the same id.
  const byId = new Map(sent.map(({ id, value }) => [id, value]));
  return Promise.all(
    [...byId.values()].map(async (value) => {
      const decoded = await clients.codec.decode(value);
      return schema.parse(decoded.kind === 'ok' ? decoded.value : undefined);
    }),
  );
}
