import { consumerGroups, topics, type ModeTransition } from '@bridge/contracts';
import { tailTopics } from '@bridge/kafka';
import { silentLog } from '@bridge/testing';
import type { Bench, BenchContext } from '../bench.ts';
import { percentile } from '../judge.ts';
import { waitUntil } from '../../local/wait-until.ts';
import { atEvenPace } from '../pace.ts';
import { startService } from '../service-process.ts';
import { eventMessage, recoveryReadings } from './event-load.ts';
import { onePerPerson, type PersonLoad } from './person-load.ts';
import { publishLoad } from './publish-load.ts';
import { endOfTopic, rewind } from './topic-range.ts';
import { untilDrained } from './watch-drain.ts';

const perSecond = 500;
const withinMs = 60_000;

/** From handing an event to the producer until its transition is read from `biometric.transitions`; every event is a switch. */
export const measureLatency: Bench = async (context) => {
  const { outside, quick, print } = context;
  const { kafka, publisher, postgres } = outside;
  const load: PersonLoad = { persons: 1_000, events: 0, prefix: 'swift' };
  const consumer = consumerGroups.decisions;
  await rewind({ kafka, query: postgres.query }, consumer, await endOfTopic(kafka));
  await publishLoad(publisher, onePerPerson(load, 0, outside));
  const worker = await startService(context, 'cognition');
  try {
    await untilDrained({ query: postgres.query, consumer, to: await endOfTopic(kafka), withinMs });
    const runs: { median: number; p99: number }[] = [];
    for (let nr = 1; nr <= (quick ? 1 : 3); nr += 1) {
      const waits = await alternate(context, load, { nr, seconds: quick ? 5 : 20 });
      runs.push({ median: percentile(waits, 0.5), p99: percentile(waits, 0.99) });
      print(`cognition: latency, run ${nr}: ${JSON.stringify(runs.at(-1))} ms over ${waits.length}`);
    }
    const name = `cognition: event to transition at ${perSecond}/s`;
    return [
      { name: `${name}, p50`, unit: 'ms', runs: runs.map(({ median }) => median) },
      { name: `${name}, p99`, unit: 'ms', runs: runs.map(({ p99 }) => p99), target: { below: 60 } },
    ];
  } finally {
    await worker.stop();
  }
};

/** Persons in turn, each strained and calm by turns. Returns how long each transition took, in milliseconds. */
async function alternate(
  { outside }: BenchContext,
  { persons, prefix }: PersonLoad,
  { nr: run, seconds }: { readonly nr: number; readonly seconds: number },
): Promise<number[]> {
  const sentAt = new Map<string, number>();
  const waits: number[] = [];
  const { promise: crashed, reject } = Promise.withResolvers<never>();
  crashed.catch(() => undefined); // raced below
  const tail = await tailTopics({
    kafka: outside.kafka,
    topics: [topics.transitions.name],
    from: { backMessages: 0 },
    onMessage: async ({ value }) => {
      const came = performance.now();
      const decoded = await outside.codec.decode(value);
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
        nr: run * 1_000_000 + nr,
        userId: `${prefix}-${nr % persons}`,
        at: Date.now(),
        source: 'oura',
        eventType: 'readiness',
        readings: recoveryReadings(Math.floor(nr / persons) % 2 === 0),
      },
      outside,
    );
    sentAt.set(message.eventId, performance.now());
    publishing.push(outside.publisher.publish([message]));
  });
  await Promise.all(publishing);
  const allCame = () => Promise.resolve(waits.length >= sentAt.size);
  await Promise.race([waitUntil('every transition', allCame, { withinMs }), crashed]);
  await tail.close();
  return waits;
}
