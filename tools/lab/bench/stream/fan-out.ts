import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchContext, Figure } from '../bench.ts';
import { eventMessage } from '../cognition/event-load.ts';
import { percentile } from '../evaluate-figure.ts';
import { atEvenPace } from '../pace.ts';
import { residentMegabytes } from '../process-usage.ts';
import { profiling, startService, type RunningService } from '../service-process.ts';
import { sharedNow, type SubscriberPlan, type SubscriberReport } from './subscriber-plan.ts';

const perSecond = 500;
/** Frames under way when the last event was published. */
const settleMs = 2_000;
const followWithinMs = 180_000;

type Crowd = Pick<SubscriberPlan, 'persons' | 'subscribers' | 'followAll' | 'stalled'>;

/** Many subscribers of one gateway: what they cost, and how soon each has a frame once the broker has the event. */
export async function measureFanOut(context: BenchContext): Promise<readonly Figure[]> {
  const { quick } = context;
  const crowd = quick
    ? { persons: 100, subscribers: 1_000, followAll: 4, stalled: 0 }
    : { persons: 1_000, subscribers: 10_000, followAll: 20, stalled: 0 };
  const calm = await measureCrowd(context, crowd, quick ? 1 : 3);
  const besideStalled = await measureCrowd(context, { ...crowd, stalled: 1 }, 1);
  const name = `stream: ${crowd.subscribers.toLocaleString('en')} subscribers at ${perSecond} events/s`;
  const shares = (runs: readonly Run[], share: number) => runs.map(({ waits }) => percentile(waits, share));
  return [
    {
      name: `${name}: memory`,
      unit: 'MB',
      runs: calm.map(({ megabytes }) => megabytes),
      target: { below: 450 },
    },
    { name: `${name}: fan-out, p50`, unit: 'ms', runs: shares(calm, 0.5) },
    { name: `${name}: fan-out, p99`, unit: 'ms', runs: shares(calm, 0.99), target: { below: 15 } },
    {
      name: `${name}: fan-out, p99, beside a stalled one`,
      unit: 'ms',
      runs: shares(besideStalled, 0.99),
      target: { below: 15 },
    },
  ];
}

type Run = { readonly waits: readonly number[]; readonly megabytes: number };

async function measureCrowd(context: BenchContext, crowd: Crowd, runs: number): Promise<Run[]> {
  const { print, quick, stack } = context;
  await using stops = new AsyncDisposableStack();
  const gateway = await startGateway(context);
  stops.defer(() => gateway.stop());
  const directory = mkdtempSync(join(tmpdir(), 'bridge-bench-'));
  stops.defer(() => rmSync(directory, { recursive: true }));
  const plan: SubscriberPlan = {
    ...crowd,
    port: Number(new URL(gateway.url).port),
    key: stack.env['AUREN_MASTER_API_KEY'] ?? '',
    prefix: 'crowd',
    file: join(directory, 'receipts'),
  };
  const subscribers = await startSubscribers(plan);
  stops.defer(() => {
    subscribers.disconnect();
  });
  const seconds = quick ? 5 : 20;
  await offer(context, { plan, subscribers, seconds: 3, firstNr: 0 });
  const measured: Run[] = [];
  for (let nr = 1; nr <= runs; nr += 1) {
    const waits = await offer(context, { plan, subscribers, seconds, firstNr: nr * 1_000_000 });
    const run = { waits, megabytes: residentMegabytes(gateway.pid) };
    measured.push(run);
    print(
      `stream: fan-out${crowd.stalled > 0 ? ' beside a stalled subscriber' : ''}, run ${nr}: p50 ${percentile(waits, 0.5).toFixed(1)} ms, p99 ${percentile(waits, 0.99).toFixed(1)} ms of ${waits.length} frames, ${run.megabytes.toFixed(0)} MB`,
    );
  }
  return measured;
}

/** Starts a gateway that takes as many streams from one key and address as the bench opens. */
export function startGateway(context: BenchContext): Promise<RunningService> {
  return startService(context, 'stream-gateway', profiling(context), {
    env: { STREAM_MAX_PER_KEY: '20000', STREAM_MAX_PER_ADDRESS: '20000', LOG_LEVEL: 'warn' },
  });
}

async function startSubscribers(plan: SubscriberPlan): Promise<ChildProcess> {
  const program = join(import.meta.dirname, 'subscribers.ts');
  const child = spawn(process.execPath, ['--conditions=@bridge/source', program, JSON.stringify(plan)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const failed = once(child, 'exit').then(() => {
    throw new Error('the subscribers ended before they followed');
  });
  failed.catch(() => undefined);
  const late = sleep(followWithinMs, undefined, { ref: false }).then(() => {
    throw new Error('the subscribers did not follow in time');
  });
  late.catch(() => undefined);
  await Promise.race([once(child, 'message'), failed, late]);
  return child;
}

type Offer = {
  readonly plan: SubscriberPlan;
  readonly subscribers: ChildProcess;
  readonly seconds: number;
  readonly firstNr: number;
};

/** Publishes events of all persons in turn. Returns how long after its ack each frame was there, in milliseconds. */
async function offer(
  { clients }: BenchContext,
  { plan, subscribers, seconds, firstNr }: Offer,
): Promise<number[]> {
  const ackedAt = new Map<number, number>();
  const publishing: Promise<void>[] = [];
  await atEvenPace({ perSecond, seconds }, (nr) => {
    const message = eventMessage(
      {
        nr: firstNr + nr,
        userId: `${plan.prefix}-${nr % plan.persons}`,
        at: Date.now(),
        source: 'oura',
        eventType: 'heart_rate',
        readings: [{ metric: 'heart_rate', value: 50 + (nr % 60), unit: '/min' }],
      },
      clients,
    );
    publishing.push(
      clients.publisher.publish([message]).then(() => void ackedAt.set(firstNr + nr, sharedNow())),
    );
  });
  await Promise.all(publishing);
  await sleep(settleMs);
  const written = once(subscribers, 'message') as Promise<[SubscriberReport]>;
  subscribers.send({});
  await written;
  const receipts = receiptsIn(plan.file);
  const expected = ackedAt.size * (plan.followAll + plan.subscribers / plan.persons);
  if (receipts.length < expected) throw new Error(`${expected - receipts.length} frames did not come`);
  return receipts.map(({ nr, at }) => Math.max(0, at - (ackedAt.get(nr) ?? at)));
}

function receiptsIn(file: string): { readonly nr: number; readonly at: number }[] {
  const bytes = readFileSync(file);
  const numbers = new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  return Array.from({ length: numbers.length / 2 }, (_, index) => ({
    nr: numbers[2 * index] ?? 0,
    at: numbers[2 * index + 1] ?? 0,
  }));
}
