import { randomBytes } from 'node:crypto';
import { consumerGroups, topics } from '@bridge/contracts';
import type { OutgoingMessage } from '@bridge/kafka';
import type { BenchContext, Figure } from '../bench.ts';
import { publishLoad } from '../cognition/publish-load.ts';
import { endOfTopic, type Mark } from '../cognition/topic-range.ts';
import { measureDrain, waitUntilDrained, type DrainResult } from '../cognition/watch-drain.ts';
import { startAlerts } from './alert-service.ts';
import { startDeliveryReceiver } from './delivery-receiver.ts';
import { signalMessages } from './signal-message.ts';

const persons = 1_000;
const withinMs = 180_000;
const kinds = ['rule.pulse_high', 'rule.spo2_low', 'rule.stress_high'] as const;
const perEpisode = 10;

/** Signals that lie on the topic when the one worker starts, from the first position that it commits to the last. */
export async function measureSignals(context: BenchContext): Promise<readonly Figure[]> {
  const { quick, print, clients } = context;
  const signals = quick ? 10_000 : 60_000;
  const receiver = await startDeliveryReceiver();
  try {
    const runs: DrainResult[] = [];
    await runOnce(context, receiver, persons);
    for (let nr = 1; nr <= (quick ? 1 : 3); nr += 1) {
      const run = await runOnce(context, receiver, signals);
      if (run === undefined) throw new Error('too few signals to measure a rate');
      runs.push(run);
      print(
        `alerts, run ${nr}: ${Math.round(run.perSecond)} signals/s over ${run.events}, ${JSON.stringify(run.cpuPerThousand)} ms of CPU per signal; ${receiver.deliveries()} deliveries so far`,
      );
    }
    const [row] = await clients.postgres.query<{ fsync: string }>(`select current_setting('fsync') fsync`);
    print(`alerts: fsync is ${row?.fsync}`);
    const name = 'alerts: durable signals, 1,000 persons';
    return [
      { name, unit: 'signals/s', target: { atLeast: 3_000 }, runs: runs.map(({ perSecond }) => perSecond) },
      ...['process', 'postgres', 'kafka'].map((part) => ({
        name: `${name}: CPU of ${part}`,
        unit: 'ms/signal',
        runs: runs.map(({ cpuPerThousand }) => cpuPerThousand[part] ?? Number.NaN),
      })),
    ];
  } finally {
    await receiver.close();
  }
}

/** Undefined: they were settled before a rate could be measured. */
async function runOnce(
  context: BenchContext,
  receiver: Awaited<ReturnType<typeof startDeliveryReceiver>>,
  signals: number,
): Promise<DrainResult | undefined> {
  const { clients } = context;
  const { kafka, publisher, postgres } = clients;
  const from = await endOfTopic(kafka, topics.alerts.name);
  await publishLoad(publisher, load(context, signals));
  const to = await endOfTopic(kafka, topics.alerts.name);
  // With the product's own times of waiting.
  const routing = { default: { channels: ['fast'] }, routes: [] };
  const service = await startAlerts(context, { receivers: new Map([['fast', receiver]]), routing });
  const drain = {
    query: postgres.query,
    consumer: consumerGroups.alerts,
    positions: 'alerts.positions',
    to,
    withinMs,
  } as const;
  try {
    if (signals === persons) {
      await waitUntilDrained(drain);
      return undefined;
    }
    return await measureDrain({
      ...drain,
      from: justAfter(from),
      pids: { process: service.pid, ...serverPids(context) },
    });
  } finally {
    await service.stop();
  }
}

function serverPids({ stack }: BenchContext): Record<string, number> {
  return Object.fromEntries(
    ['postgres', 'kafka'].flatMap((name) => {
      const pid = stack.programs.get(name)?.pid();
      return pid === undefined ? [] : [[name, pid]];
    }),
  );
}

/** Reached with the first commit. */
const justAfter = (mark: Mark): Mark =>
  new Map([...mark].map(([partition, offset]) => [partition, offset + 1]));

/** Each person's alerts fire, are updated and end, one kind after the other; one in twenty is critical. */
function* load({ clients }: BenchContext, signals: number): Generator<OutgoingMessage> {
  const message = signalMessages(clients);
  const prefix = randomBytes(4).toString('hex');
  for (let nr = 0; nr < signals; nr += 1) {
    const person = nr % persons;
    const turn = Math.floor(nr / persons);
    const round = Math.floor(turn / kinds.length);
    const episode = Math.floor(round / perEpisode);
    yield message({
      userId: `${prefix}-${person}`,
      kind: kinds[turn % kinds.length] ?? kinds[0],
      status: round % perEpisode === perEpisode - 1 ? 'resolved' : 'firing',
      severity: person % 20 === 0 ? 'critical' : 'warning',
      seq: turn + 1,
      episode,
    });
  }
}
