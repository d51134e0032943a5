// In: pending rows of `alerts.deliveries`. Out: messages to receivers, and what became of each attempt.
// Holds: every delivery is attempted under one id until it is settled; per channel and alert one at a time, in order;
// no channel waits for another. Nothing is sent inside a transaction.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Closeable, Log } from '@bridge/core';
import type { Vault } from '@bridge/vault';
import { createBell, type Bell } from './bell.ts';
import type { Notification, SendContext } from '../channels/channel.ts';
import { createAttemptRecorder, type AttemptRecorder } from './attempt-recorder.ts';
import { createChannelLanes, type ChannelLanes, type DeliveryChannels } from './channel-lanes.ts';
import type { DeliveryMetrics } from './delivery-metrics.ts';
import { settle } from './domain/settlement.ts';
import { readDeliveries, type ReadDelivery } from './read-deliveries.ts';
import type { AttemptEnd, Claim, DeliveryClaims } from './rows/delivery-claims.ts';
import type { DeliveryUpkeep } from './rows/delivery-upkeep.ts';
import { sendNotification } from './send-notification.ts';
import type { NoteUnreadable } from '../unreadable-rows.ts';

export type DeliverDeps = {
  readonly claims: DeliveryClaims;
  readonly upkeep: Pick<DeliveryUpkeep, 'giveUp' | 'giveUpOrphans' | 'prune'>;
  /** Whatever else this service deletes in time. */
  readonly pruneOthers: (now: number) => Promise<void>;
  readonly vault: Pick<Vault, 'byId'>;
  /** As they are configured now. */
  readonly channels: () => DeliveryChannels;
  readonly disableChannel: (name: string, reason: 'gone') => Promise<void>;
  readonly context: Omit<SendContext, 'now' | 'attempt'>;
  readonly metrics: DeliveryMetrics;
  readonly noteUnreadable: NoteUnreadable;
  readonly log: Log;
  readonly now: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
};

export type DeliverOptions = {
  /** Attempts at a time over one channel. Default 32: fewer claims, which each wait for the disk. */
  readonly concurrency?: number;
  /** Looks for due deliveries at least this often, in milliseconds. Default 500. */
  readonly pollMs?: number;
  /** How long attempts may still run when the service stops, in milliseconds. Default 5,000. */
  readonly stopWithinMs?: number;
};

export type Deliverer = Closeable & {
  /** Deliveries became due, of these channels or of any. */
  readonly nudge: (channels?: Iterable<string>) => void;
};

/** A claim outlasts its attempt by this, in milliseconds: clocks differ, and the result must be written. */
const claimMarginMs = 10_000;
const mostClaimed = 64;
const upkeepEveryMs = 60_000;

/** What a deliverer works with: the phases below share it. */
type Delivering = {
  readonly deps: DeliverDeps;
  readonly lanes: ChannelLanes;
  readonly bell: Bell;
  readonly recorder: AttemptRecorder;
  readonly running: Set<Promise<void>>;
  readonly claimMs: number;
  polled: boolean;
  stopping: boolean;
};

/** Delivers until it is closed. */
export function startDeliverer(deps: DeliverDeps, options: DeliverOptions = {}): Deliverer {
  const { concurrency = 32, pollMs = 500, stopWithinMs = 5_000 } = options;
  const lanes = createChannelLanes(deps.channels, concurrency);
  const bell = createBell();
  const { record } = deps.claims;
  const recorder = createAttemptRecorder({ record, onRecorded, pauseMs: pollMs, log: deps.log });
  const running = new Set<Promise<void>>();
  const claimMs = deps.context.timeoutMs + claimMarginMs;
  const work: Delivering = {
    ...{ deps, lanes, bell, recorder, running, claimMs, polled: false, stopping: false },
  };

  function onRecorded(ends: readonly AttemptEnd[]): void {
    count(ends, deps);
    // Whatever came behind these may go now.
    nudge(channelsOf(ends));
  }

  function nudge(channels?: Iterable<string>): void {
    lanes.ripen(channels);
    bell.ring();
  }

  function poll(): void {
    work.polled = true;
    bell.ring();
  }

  deps.metrics.observeChannels(deps.channels, lanes.isOpen);
  const timers = [setInterval(poll, pollMs), setInterval(keepUp, upkeepEveryMs, deps)];
  lanes.ripen();
  const loop = deliver(work);

  return {
    nudge,
    async close() {
      work.stopping = true;
      timers.forEach(clearInterval);
      bell.ring();
      await loop;
      // What still runs then is cut off by the end of the process, and sent again when its claim has ended.
      await Promise.race([Promise.all(running), sleep(stopWithinMs, undefined, { ref: false })]);
      await recorder.close();
    },
  };
}

async function deliver(work: Delivering): Promise<void> {
  const { claims } = work.deps;
  while (!work.stopping) {
    if (work.polled) await takeCrowded(work);
    const count = await take(work, claims.claim);
    if (count < mostClaimed) await work.bell.wait();
  }
}

async function takeCrowded(work: Delivering): Promise<void> {
  work.polled = false;
  work.lanes.ripen();
  await take(work, work.deps.claims.claimCrowded);
  work.lanes.ripen();
}

/** Returns how many were claimed. */
async function take(work: Delivering, claim: Claim): Promise<number> {
  const { deps, lanes, claimMs } = work;
  const now = deps.now();
  const free = work.stopping ? [] : lanes.free(now);
  if (free.length === 0) return 0;
  try {
    const claimed = await claim(free, { now, until: now + claimMs, limit: mostClaimed });
    lanes.claimed(free, claimed, claimed.length === mostClaimed);
    if (claimed.length > 0) for (const read of await readDeliveries(deps, claimed)) start(work, read);
    return claimed.length;
  } catch (error) {
    // The next poll looks at every channel again; what was claimed is free again when its claim ends.
    deps.log.warn('deliveries are not claimed', { error });
    return 0;
  }
}

function start(work: Delivering, read: ReadDelivery): void {
  const { deps, lanes, recorder, running } = work;
  if (read.kind === 'ended') {
    recorder.add({ ...read.end, endedAt: deps.now() });
    return;
  }
  lanes.began(read.delivery.channel);
  keepWhileRunning(running, attempt(work, read));
}

async function attempt({ deps, lanes, recorder, bell }: Delivering, sendable: Sendable): Promise<void> {
  const end = await attemptOnce(sendable, deps);
  const { channel } = end.claimed;
  lanes.ended(channel, end.result, end.endedAt);
  // First: whatever comes behind it would be sent as soon as it is settled.
  if (end.result.kind === 'gone') await lanes.hold(channel, turnOff(channel, deps));
  recorder.add(end);
  bell.ring();
}

type Sendable = Extract<ReadDelivery, { kind: 'sendable' }>;

function keepWhileRunning(running: Set<Promise<void>>, work: Promise<void>): void {
  const kept = work.finally(() => running.delete(kept));
  running.add(kept);
}

async function attemptOnce({ delivery, channel, notification }: Sendable, deps: DeliverDeps) {
  const { attempt, attemptsBefore } = delivery;
  const stopTimer = deps.metrics.timeAttempt(channel.adapter.kind);
  const context = { ...deps.context, now: deps.now(), attempt };
  const result = await sendNotification(channel, notification, { context, log: deps.log });
  stopTimer();
  const endedAt = deps.now();
  if (result.kind === 'delivered') noteFirings(notification, endedAt, deps.metrics);
  const settlement = settle(result, attempt - attemptsBefore, { now: endedAt, random: deps.random() });
  return { claimed: delivery, result, settlement, endedAt };
}

function noteFirings({ alerts }: Notification, at: number, metrics: DeliveryMetrics): void {
  for (const { reason, severity, firingSince } of alerts) {
    if (reason === 'fired') metrics.firingTold(severity, at - Date.parse(firingSince));
  }
}

function channelsOf(ends: readonly AttemptEnd[]): ReadonlySet<string> {
  return new Set(ends.map(({ claimed }) => claimed.channel));
}

function count(ends: readonly AttemptEnd[], { channels, metrics }: DeliverDeps): void {
  for (const { claimed, settlement, endedAt } of ends) {
    const kind = channels().get(claimed.channel)?.adapter.kind;
    if (kind !== undefined) metrics.recorded(kind, settlement.status, endedAt - claimed.createdAt);
  }
}

/** The receiver is gone: nothing more is sent to it, and what waits is listed as given up. Never throws. */
async function turnOff(channel: string, { disableChannel, upkeep, now, log }: DeliverDeps): Promise<void> {
  try {
    await disableChannel(channel, 'gone');
    await upkeep.giveUp(channel, 'gone', now());
  } catch (error) {
    // The next delivery is answered by 410 again.
    log.warn('a channel is not turned off', { error });
  }
}

function keepUp({ upkeep, pruneOthers, now, log }: DeliverDeps): void {
  const work = [upkeep.giveUpOrphans(now()), upkeep.prune(now()), pruneOthers(now())];
  void Promise.all(work).catch((error: unknown) => log.warn('old rows are not tidied up', { error }));
}
