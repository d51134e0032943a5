import { consumerGroups, topics, type ModeTransition } from '@bridge/contracts';
import { tailTopics } from '@bridge/kafka';
import { silentLog } from '@bridge/testing';
import type { Bench, BenchContext } from '../bench.ts';
import { percentile } from '../evaluate-figure.ts';
import { waitUntil } from '../../../local/wait-until.ts';
import { atEvenPace } from '../pace.ts';
import { profiling, startService } from '../service-process.ts';
import { eventMessage, recoveryReadings } from './event-load.ts';
import { onePulseEach, type PersonLoad } from './person-load.ts';
import { publishLoad } from './publish-load.ts';
import { endOfTopic, rewind } from './topic-range.ts';
import { waitUntilDrained } from './watch-drain.ts';

const perSecond = 500;
const withinMs = 60_000;

/**
 * From handing an event to the producer until its transition is read from `biometric.transitions`. Every event switches
 * the mode of a person of its own: a person who was switched to reflex stays there for some minutes.
 */
export const measureLatency: Bench = async (context) => {
  const { clients, quick, print } = context;
  const { kafka, publisher, postgres } = clients;
  const seconds = quick ? 5 : 20;
  const runsWanted = quick ? 1 : 3;
  const load: PersonLoad = {
    persons: runsWanted * seconds * perSecond,
    events: 0,
    nights: 0,
    prefix: 'swift',
  };
  const consumer = consumerGroups.decisions;
  await rewind({ kafka, query: postgres.query }, consumer, await endOfTopic(kafka));
  await publishLoad(publisher, onePulseEach(load, clients));
  const worker = await startService(context, 'cognition', profiling(context));
  try {
    await waitUntilDrained({ query: postgres.query, consumer, to: await endOfTopic(kafka), withinMs });
    const runs: { p50: number; p99: number }[] = [];
    while (runs.length < runsWanted) {
      const firstPerson = runs.length * seconds * perSecond;
      const waits = await measureSwitches(context, { prefix: load.prefix, firstPerson, seconds });
      const run = { p50: percentile(waits, 0.5), p99: percentile(waits, 0.99) };
      runs.push(run);
      print(
        `cognition: latency, run ${runs.length}: p50 ${run.p50.toFixed(1)} ms, p99 ${run.p99.toFixed(1)} ms`,
      );
    }
    const name = `cognition: event to transition at ${perSecond}/s`;
    return [
      { name: `${name}, p50`, unit: 'ms', runs: runs.map(({ p50 }) => p50) },
      { name: `${name}, p99`, unit: 'ms', runs: runs.map(({ p99 }) => p99), target: { below: 60 } },
    ];
  } finally {
    await worker.stop();
  }
};

type SwitchRun = { readonly prefix: string; readonly firstPerson: number; readonly seconds: number };

/** One person after the other shows acute strain. Returns how long each transition took, in milliseconds. */
async function measureSwitches(
  { clients }: BenchContext,
  { prefix, firstPerson, seconds }: SwitchRun,
): Promise<number[]> {
  const sentAt = new Map<string, number>();
  const waits: number[] = [];
  const { promise: crashed, reject } = Promise.withResolvers<never>();
  crashed.catch(() => undefined); // raced below
  const tail = await tailTopics({
    kafka: clients.kafka,
    topics: [topics.transitions.name],
    from: { backMessages: 0 },
    onMessage: async ({ value }) => {
      const came = performance.now();
      const decoded = await clients.codec.decode(value);
      if (decoded.kind !== 'ok') return;
      const { cause } = decoded.value as ModeTransition;
      const sent = 'event_id' in cause ? sentAt.get(cause.event_id) : undefined;
      if (sent !== undefined) waits.push(came - sent);
    },
    onCrash: reject,
    groupPrefix: 'bench',
    log: silentLog,
  });
  const publishing: Promise<void>[] = [];
  await atEvenPace({ perSecond, seconds }, (nr) => {
    const message = eventMessage(
      {
        nr: 5e9 + firstPerson + nr,
        userId: `${prefix}-${firstPerson + nr}`,
        at: Date.now(),
        source: 'oura',
        eventType: 'readiness',
        readings: recoveryReadings(true),
      },
      clients,
    );
    sentAt.set(message.eventId, performance.now());
    publishing.push(clients.publisher.publish([message]));
  });
  await Promise.all(publishing);
  const allCame = () => Promise.resolve(waits.length >= sentAt.size);
  await Promise.race([waitUntil('every transition', allCame, { withinMs }), crashed]);
  await tail.close();
  return waits;
}
