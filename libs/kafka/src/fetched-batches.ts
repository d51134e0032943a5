import { setTimeout as sleep } from 'node:timers/promises';
import type { Batch, EachBatchPayload } from 'kafkajs';
import { CodedError } from '@bridge/core';
import { reportLoss } from './assignment.ts';
import type { AssignedLanes } from './assigned-lanes.ts';
import type { KafkaConnection } from './connect.ts';
import { groupTimes } from './consumer-group.ts';
import type { ConsumerPulse } from './consumer-pulse.ts';
import type { Inbox } from './inbox.ts';
import { admit, startOffset, type Lane } from './lanes.ts';
import { fromKafka, type IncomingMessage } from './message.ts';

export type FetchedBatchesDeps = {
  readonly connection: KafkaConnection;
  readonly lanes: AssignedLanes;
  readonly inbox: Inbox;
  readonly pulse: ConsumerPulse;
  readonly isStopping: () => boolean;
};

/** Messages that enter the inbox at once. */
const messagesAtOnce = 500;

/** Puts fetched messages into the inbox, waits while it is full, and keeps heartbeats going meanwhile. */
export function createFetchedBatches({ connection, lanes, inbox, pulse, isStopping }: FetchedBatchesDeps) {
  async function waitFor(payload: EachBatchPayload, born: number, condition: () => boolean): Promise<void> {
    while (!condition() && !isStopping() && lanes.epoch() === born) {
      await Promise.race([inbox.changed(), sleep(groupTimes.heartbeatInterval)]);
      await payload.heartbeat();
      pulse.beat();
    }
  }

  return async function onBatch(payload: EachBatchPayload): Promise<void> {
    const { batch } = payload;
    const born = lanes.epoch();
    if (lanes.isStale()) return waitFor(payload, born, () => !lanes.isStale());
    // A seek is pending: messages fetched before it must not count.
    const lane = lanes.get(batch.topic, batch.partition);
    if (payload.isStale() || !lane || lanes.isHalted()) return;
    const fetched = fetchedOffset(batch);
    // The broker no longer had the offset and kafkajs began anew at the earliest: look at the log again.
    if (fetched < startOffset(lane)) {
      lanes.invalidate();
      return;
    }
    if (fetched > lane.enqueued) {
      // Markers are passed over this way, and so are messages that retention deleted before they were read.
      await reportLoss(connection, lane);
      lane.enqueued = fetched;
    }
    lane.highWatermark = Number(batch.highWatermark);
    const read = batch.messages.map((message) => fromKafka(batch.topic, batch.partition, message));
    const fresh = admit(lane, read);
    if (fresh instanceof CodedError) {
      lanes.halt(fresh);
      return;
    }
    for (let at = 0; at < fresh.length; at += messagesAtOnce) {
      await waitFor(payload, born, () => inbox.hasRoom());
      if (lanes.epoch() !== born || isStopping()) return;
      enqueue(inbox, lane, fresh.slice(at, at + messagesAtOnce));
    }
    payload.resolveOffset(batch.lastOffset());
  };
}

function enqueue(inbox: Inbox, lane: Lane, messages: readonly IncomingMessage[]): void {
  inbox.push(messages);
  lane.enqueued = (messages.at(-1)?.offset ?? lane.enqueued) + 1;
}

/** kafkajs knows a batch's fetch offset, its types do not. */
function fetchedOffset(batch: Batch): number {
  return Number((batch as Batch & { readonly fetchedOffset: string }).fetchedOffset);
}
