import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Closeable, type Log } from '@bridge/core';
import type { OutgoingMessage } from './message.ts';
import { createRelayOffers } from './relay-offers.ts';
import type { RelayRow, RelayStore } from './relay-rows.ts';
import { createRelaySender } from './relay-sender.ts';

export type RelayOptions = {
  readonly store: RelayStore;
  /** Resolves after acks=all; see `Publisher`. */
  readonly publish: (messages: readonly OutgoingMessage[]) => Promise<void>;
  /** Time between two looks for rows that nobody offered, in milliseconds. */
  readonly sweepEveryMs?: number;
  readonly log: Log;
};

export type Relay = Closeable & {
  /**
   * Publishes rows that this process has just committed, in this order, without reading them back. The rows of `blocked`
   * persons are left to the table, and all later ones until it is empty of them: another process wrote older ones, which
   * go out first.
   */
  readonly offer: (rows: readonly RelayRow[], blocked?: ReadonlySet<string>) => void;
  /** Rows wait in the table that were not offered. */
  readonly nudge: () => void;
  readonly isBehind: () => boolean;
};

const noOne: ReadonlySet<string> = new Set();
const abandonedAfterMs = 5_000;

/**
 * Publishes the outbox. Per person in id order: a row goes out only after every older row of that person did, by this
 * process or another. A row may go out twice (an unclear send, two processes at once), always under the same id.
 */
export function startRelay({ store, publish, sweepEveryMs = 1_000, log }: RelayOptions): Relay {
  const offers = createRelayOffers();
  /** A send failed or rows were never offered: until it is empty, the table is the truth for this process's rows. */
  let behind = false;
  let stopping = false;
  const fallBehind = () => {
    behind = true;
  };
  const sender = createRelaySender({ store, publish, onNotRemoved: fallBehind, log });
  let wake = Promise.withResolvers<undefined>();
  const nudge = () => {
    wake.resolve(undefined);
    wake = Promise.withResolvers<undefined>();
  };

  /** Publishes from the table until no wanted rows are left. */
  async function sweep(abandonedAfter: number): Promise<void> {
    const wanted = { own: behind, subjectIds: offers.deferred(), abandonedAfterMs: abandonedAfter };
    if (behind) offers.take();
    // Reset before reading: rows offered from here on are in the queue, and at worst go out twice.
    behind = false;
    for (;;) {
      // Rows that are still in the table would be read again, for as long as they cannot be removed.
      const removing = sender.removing();
      if (removing) await removing;
      const failure = sender.takeFailure();
      if (failure) throw failure.error;
      offers.beginLook();
      const rows = await store.pending(wanted);
      if (rows.length === 0) break;
      await sender.send(rows);
      if (stopping) return;
      // A deferred person who never falls silent must not keep the others waiting.
      if (!wanted.own) await sendOffered();
    }
    offers.resume(wanted.subjectIds);
  }

  async function sendOffered(): Promise<void> {
    const rows = offers.take();
    if (rows.length > 0) await sender.send(rows);
  }

  async function run(): Promise<void> {
    let failures = 0;
    let nextSweep = 0;
    while (!stopping || (!offers.isEmpty() && failures === 0)) {
      try {
        if (behind || offers.deferred().length > 0 || Date.now() >= nextSweep) {
          // The first look takes everything: a predecessor's rows go out before anything of ours.
          await sweep(nextSweep === 0 ? 0 : abandonedAfterMs);
          nextSweep = Date.now() + sweepEveryMs;
        }
        await sendOffered();
        failures = 0;
      } catch (error) {
        fallBehind();
        failures += 1;
        const line = { attempt: failures, error };
        if (retryVerdict(error) === 'transient') log.warn('the outbox could not be published', line);
        else log.error('the outbox could not be published', line);
        if (!stopping) await sleep(Math.min(2_000, 50 * 2 ** Math.min(failures, 6)));
        continue;
      }
      const idle = offers.isEmpty() && offers.deferred().length === 0 && !behind;
      if (idle && !stopping) await Promise.race([wake.promise, sleep(sweepEveryMs)]);
    }
    await sender.removing();
  }

  const running = run();
  return {
    offer: (rows, blocked = noOne) => {
      if (!offers.add(rows, blocked, !behind)) fallBehind();
      if (rows.length > 0) nudge();
    },
    nudge: () => {
      fallBehind();
      nudge();
    },
    isBehind: () => behind,
    close: async () => {
      stopping = true;
      nudge();
      await running;
    },
  };
}
