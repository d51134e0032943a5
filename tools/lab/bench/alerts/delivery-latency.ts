import { randomBytes } from 'node:crypto';
import type { Routing } from '@bridge/contracts';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitUntil } from '../../../local/wait-until.ts';
import type { BenchContext, Figure } from '../bench.ts';
import { percentile } from '../evaluate-figure.ts';
import { atEvenPace } from '../pace.ts';
import { startAlerts } from './alert-service.ts';
import { startDeliveryReceiver, type DeliveryReceiver } from './delivery-receiver.ts';
import { signalMessages } from './signal-message.ts';

type Options = {
  /** Further persons, whose receiver answers after 30 s. */
  readonly slowPersons: number;
};

const perPerson = 10;
const perSecond = 1_000;
/** A person's signals lie within 50 ms. */
const spacingMs = 5;
const answerAfterMs = 30_000;
const withinMs = 120_000;

const group = { wait_seconds: 0.1 };
const routing: Pick<Routing, 'default' | 'routes'> = {
  default: { channels: ['fast'], group },
  routes: [{ name: 'slow', match: { user_id: [{ prefix: 'slow-' }] }, channels: ['slow'] }],
};

/** From handing a person's first signal to the producer until the first message about the person is at its receiver. */
export async function measureDeliveries(
  context: BenchContext,
  { slowPersons }: Options,
): Promise<readonly Figure[]> {
  const { quick, print } = context;
  const persons = quick ? 200 : 1_000;
  await using stops = new AsyncDisposableStack();
  const fast = await startDeliveryReceiver();
  stops.defer(fast.close);
  const slow = await startDeliveryReceiver(answerAfterMs);
  stops.defer(slow.close);
  const receivers = new Map([
    ['fast', fast],
    ['slow', slow],
  ]);
  const service = await startAlerts(context, { receivers, routing });
  stops.defer(service.stop);
  await offer(context, fast, { persons: 300, slowPersons: 0 });
  const beside = slowPersons === 0 ? '' : ', beside a receiver that answers after 30 s';
  const runs: Run[] = [];
  for (let nr = 1; nr <= (quick ? 1 : 3); nr += 1) {
    // Whatever the run before still has to write is no part of this one.
    await sleep(1_000);
    const run = await offer(context, fast, { persons, slowPersons });
    runs.push(run);
    print(
      `alerts: delivery${beside}, run ${nr}: p50 ${run.p50.toFixed(0)} ms, p99 ${run.p99.toFixed(0)} ms, at most ${run.longest.toFixed(0)} ms; ${run.deliveries} deliveries for ${persons} persons, ${run.late} alerts later than the first`,
    );
  }
  const name = `alerts: signal to first delivery at ${perSecond.toLocaleString('en')}/s, wait 100 ms${beside}`;
  return [
    { name: `${name}, p50`, unit: 'ms', runs: runs.map(({ p50 }) => p50) },
    { name: `${name}, p99`, unit: 'ms', runs: runs.map(({ p99 }) => p99), target: { below: 200 } },
    { name: `${name}: deliveries per person`, unit: '', runs: runs.map((run) => run.deliveries / persons) },
  ];
}

type Run = {
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
  readonly deliveries: number;
  /** Alerts that came too late for the first message about their person. */
  readonly late: number;
};

type Signal = { readonly userId: string; readonly nr: number; readonly isSlow: boolean };

async function offer(
  { clients }: BenchContext,
  receiver: DeliveryReceiver,
  load: { readonly persons: number; readonly slowPersons: number },
): Promise<Run> {
  const message = signalMessages(clients);
  const signals = inOrderOfTime(load);
  const deliveriesBefore = receiver.deliveries();
  const sentAt = new Map<string, number>();
  const alertsOf = new Map<string, string[]>();
  const publishing: Promise<void>[] = [];
  // The persons of the slow receiver come beside the others' pace.
  const pace = (perSecond * signals.length) / (load.persons * perPerson);
  await atEvenPace({ perSecond: pace, seconds: signals.length / pace }, (place, dueAt) => {
    const signal = signals[place];
    if (signal === undefined) return;
    const { userId, nr, isSlow } = signal;
    const { alertId, ...own } = message({
      ...{ userId, kind: `rule.bench_${nr}`, status: 'firing', severity: 'warning', seq: nr + 1, episode: 0 },
    });
    publishing.push(clients.publisher.publish([own]));
    if (isSlow) return;
    if (!sentAt.has(userId)) sentAt.set(userId, dueAt);
    alertsOf.set(userId, [...(alertsOf.get(userId) ?? []), alertId]);
  });
  await Promise.all(publishing);
  const firstOf = (alerts: readonly string[]) =>
    Math.min(...alerts.map((alertId) => receiver.firstTold.get(alertId) ?? Infinity));
  const allCame = () => Promise.resolve([...alertsOf.values()].every((alerts) => firstOf(alerts) < Infinity));
  await waitUntil('the first delivery of everybody', allCame, { withinMs, everyMs: 100 });
  const waits = [...alertsOf].map(([userId, alerts]) => firstOf(alerts) - (sentAt.get(userId) ?? 0));
  const late = [...alertsOf.values()].map((alerts) => {
    const first = firstOf(alerts);
    return alerts.filter((alertId) => receiver.firstTold.get(alertId) !== first).length;
  });
  return {
    p50: percentile(waits, 0.5),
    p99: percentile(waits, 0.99),
    longest: Math.max(...waits),
    deliveries: receiver.deliveries() - deliveriesBefore,
    late: late.reduce((sum, count) => sum + count, 0),
  };
}

/** Ten signals of each person within 50 ms, a hundred persons a second. */
function inOrderOfTime({ persons, slowPersons }: { persons: number; slowPersons: number }): Signal[] {
  const run = randomBytes(4).toString('hex');
  const spanMs = (persons * perPerson * 1_000) / perSecond;
  const of = (count: number, prefix: string) =>
    Array.from({ length: count }, (_, person) => ({
      userId: `${prefix}${run}-${person}`,
      startMs: (person * spanMs) / count,
    }));
  return [...of(persons, ''), ...of(slowPersons, 'slow-')]
    .flatMap(({ userId, startMs }) =>
      Array.from({ length: perPerson }, (_, nr) => ({
        ...{ userId, nr, isSlow: userId.startsWith('slow-') },
        atMs: startMs + nr * spacingMs,
      })),
    )
    .sort((a, b) => a.atMs - b.atMs);
}
