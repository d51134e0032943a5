import { setTimeout as sleep } from 'node:timers/promises';
import { retryVerdict, type Closeable, type Log } from '@bridge/core';
import { PublishRefused } from './publish-errors.ts';
import type { OutgoingMessage } from './publish.ts';

/** A committed outbox row, opened. */
export type RelayRow = {
  readonly id: number;
  /** The person, null for rows that have no order (dead letters). */
  readonly subjectId: string | null;
  readonly message: OutgoingMessage;
};

export type PendingRows = {
  /** All rows that this process wrote. */
  readonly own: boolean;
  /** All rows of these persons. */
  readonly subjectIds: readonly string[];
  /** And whatever is older than this: whoever wrote it is gone or cannot publish. */
  readonly abandonedAfterMs: number;
};

export type RelayStore = {
  /** Unpublished rows in id order, a few hundred at most; none that stands behind a parked row of its person. */
  pending(wanted: PendingRows): Promise<readonly RelayRow[]>;
  remove(ids: readonly number[]): Promise<void>;
  park(id: number, reason: string): Promise<void>;
};

export type RelayOptions = {
  readonly store: RelayStore;
  /** Resolves after acks=all; see `Publisher`. */
  readonly publish: (messages: readonly OutgoingMessage[]) => Promise<void>;
  /** How often rows are looked for that nobody offered, in milliseconds. */
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
/** More than this in memory, and the rows are read back from the table instead. */
const maxOffered = { rows: 20_000, bytes: 4 * 1024 * 1024 };

/**
 * Publishes the outbox. Per person in id order: a row goes out only after every older row of that person did, by this
 * process or another. A row may go out twice (an unclear send, two processes at once), always under the same id.
 */
export function startRelay({ store, publish, sweepEveryMs = 1_000, log }: RelayOptions): Relay {
  let offered: RelayRow[] = [];
  let offeredBytes = 0;
  /** Persons whose rows are left to the table: what is offered of them would overtake what waits there. */
  const deferred = new Set<string>();
  /** Of these, whose rows were left there since a sweep last looked: it may not have seen them. */
  const leftSinceLook = new Set<string>();
  /** A send failed or rows were never offered: until it is empty, the table is the truth for this process's rows. */
  let behind = false;
  let stopping = false;
  const published: number[] = [];
  let removing: Promise<void> | undefined;
  let notRemoved: { readonly error: unknown } | undefined;
  let wake = Promise.withResolvers<undefined>();
  const nudge = () => {
    wake.resolve(undefined);
    wake = Promise.withResolvers<undefined>();
  };

  async function send(rows: readonly RelayRow[]): Promise<void> {
    const refused = await refusedOf(publish(rows.map((row) => row.message)));
    for (const [index, reason] of refused) {
      const id = rows[index]?.id;
      if (id === undefined) continue;
      log.error('the broker refuses a message for good; its row is parked', { outbox_id: id, reason });
      await store.park(id, reason);
    }
    for (const [index, row] of rows.entries()) if (!refused.has(index)) published.push(row.id);
    removing ??= removePublished();
  }

  /** Beside the next sends: nothing waits for it, and what is not removed goes out once more under its id. */
  async function removePublished(): Promise<void> {
    try {
      while (published.length > 0) await store.remove(published.splice(0));
    } catch (error) {
      behind = true;
      notRemoved = { error };
    } finally {
      removing = undefined;
    }
  }

  /** Publishes from the table until nothing is left of what is wanted. */
  async function sweep(abandonedAfter: number): Promise<void> {
    const wanted = { own: behind, subjectIds: [...deferred], abandonedAfterMs: abandonedAfter };
    if (behind) takeOffered();
    // Reset before reading: what is offered from here on is in the queue, and at worst goes out twice.
    behind = false;
    for (;;) {
      // What is still in the table would be read again, and again for as long as it cannot be removed.
      if (removing) await removing;
      const failed = notRemoved;
      notRemoved = undefined;
      if (failed) throw failed.error;
      leftSinceLook.clear();
      const rows = await store.pending(wanted);
      if (rows.length === 0) break;
      await send(rows);
      if (stopping) return;
      // A deferred person who never falls silent must not keep the others waiting.
      if (!wanted.own) await sendOffered();
    }
    for (const person of wanted.subjectIds) if (!leftSinceLook.has(person)) deferred.delete(person);
  }

  function leaveToTable(person: string): void {
    deferred.add(person);
    leftSinceLook.add(person);
  }

  function takeOffered(): readonly RelayRow[] {
    const rows = offered;
    [offered, offeredBytes] = [[], 0];
    return rows;
  }

  async function sendOffered(): Promise<void> {
    const rows = takeOffered();
    if (rows.length > 0) await send(rows);
  }

  async function run(): Promise<void> {
    let failures = 0;
    let nextSweep = 0;
    while (!stopping || (offered.length > 0 && failures === 0)) {
      try {
        if (behind || deferred.size > 0 || Date.now() >= nextSweep) {
          // The first look takes everything: a predecessor's rows go out before anything of ours.
          await sweep(nextSweep === 0 ? 0 : abandonedAfterMs);
          nextSweep = Date.now() + sweepEveryMs;
        }
        await sendOffered();
        failures = 0;
      } catch (error) {
        behind = true;
        failures += 1;
        const line = { attempt: failures, error };
        if (retryVerdict(error) === 'transient') log.warn('the outbox could not be published', line);
        else log.error('the outbox could not be published', line);
        if (!stopping) await sleep(Math.min(2_000, 50 * 2 ** Math.min(failures, 6)));
        continue;
      }
      const idle = offered.length === 0 && deferred.size === 0 && !behind;
      if (idle && !stopping) await Promise.race([wake.promise, sleep(sweepEveryMs)]);
    }
    await removing;
  }

  const running = run();
  return {
    offer: (rows, blocked = noOne) => {
      for (const person of blocked) leaveToTable(person);
      const free = rows.filter(({ subjectId }) => {
        if (subjectId === null || !deferred.has(subjectId)) return true;
        leaveToTable(subjectId);
        return false;
      });
      const bytes = free.reduce((sum, { message }) => sum + (message.value?.length ?? 0), offeredBytes);
      if (offered.length + free.length > maxOffered.rows || bytes > maxOffered.bytes) behind = true;
      if (!behind) {
        offered.push(...free);
        offeredBytes = bytes;
      }
      if (rows.length > 0) nudge();
    },
    nudge: () => {
      behind = true;
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

/** The messages that the broker will never take, by index; whatever else went wrong is thrown. */
async function refusedOf(publishing: Promise<void>): Promise<ReadonlyMap<number, string>> {
  try {
    await publishing;
    return new Map();
  } catch (error) {
    if (error instanceof PublishRefused) return error.refused;
    throw error;
  }
}
