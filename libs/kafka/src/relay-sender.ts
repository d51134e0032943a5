import type { Log } from '@bridge/core';
import { PublishRefused } from './publish-errors.ts';
import type { OutgoingMessage } from './message.ts';
import type { RelayRow, RelayStore } from './relay-rows.ts';

export type RelaySender = {
  /** Publishes rows and removes them from the table, beside the next sends. */
  send(rows: readonly RelayRow[]): Promise<void>;
  /** The removal under way; undefined, and nothing to await, when there is none. */
  removing(): Promise<void> | undefined;
  /** Why rows could not be removed since the last call. */
  takeFailure(): { readonly error: unknown } | undefined;
};

export type RelaySenderDeps = {
  readonly store: Pick<RelayStore, 'remove' | 'park'>;
  readonly publish: (messages: readonly OutgoingMessage[]) => Promise<void>;
  /** Rows are published and still in the table. */
  readonly onNotRemoved: () => void;
  readonly log: Log;
};

export function createRelaySender({ store, publish, onNotRemoved, log }: RelaySenderDeps): RelaySender {
  const published: number[] = [];
  let removing: Promise<void> | undefined;
  let notRemoved: { readonly error: unknown } | undefined;

  /** Runs beside the next sends: nothing waits for it, and a row that is not removed goes out once more under its id. */
  async function removePublished(): Promise<void> {
    try {
      while (published.length > 0) await store.remove(published.splice(0));
    } catch (error) {
      onNotRemoved();
      notRemoved = { error };
    } finally {
      removing = undefined;
    }
  }

  return {
    async send(rows) {
      const refused = await refusedOf(publish(rows.map((row) => row.message)));
      for (const [index, reason] of refused) {
        const id = rows[index]?.id;
        if (id === undefined) continue;
        log.error('the broker refuses a message for good; its row is parked', { outbox_id: id, reason });
        await store.park(id, reason);
      }
      for (const [index, row] of rows.entries()) if (!refused.has(index)) published.push(row.id);
      removing ??= removePublished();
    },
    removing: () => removing,
    takeFailure() {
      const failure = notRemoved;
      notRemoved = undefined;
      return failure;
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
