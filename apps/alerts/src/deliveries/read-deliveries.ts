import type { Log } from '@bridge/core';
import type { Subject, Vault } from '@bridge/vault';
import type { Notification } from '../channels/channel.ts';
import type { DeliveryChannel, DeliveryChannels } from './channel-lanes.ts';
import type { AttemptEnd, ClaimedDelivery } from './rows/delivery-claims.ts';
import { carriedNotification } from './domain/carried-notification.ts';
import { unsealNotification } from './rows/delivery-writes.ts';

/** A claimed delivery with all that it takes to send it, or its end: there is nothing to send. */
export type ReadDelivery =
  | {
      readonly kind: 'sendable';
      readonly delivery: ClaimedDelivery;
      readonly channel: DeliveryChannel;
      readonly notification: Notification;
    }
  | { readonly kind: 'ended'; readonly end: Omit<AttemptEnd, 'endedAt'> };

type Deps = {
  readonly vault: Pick<Vault, 'byId'>;
  readonly channels: () => DeliveryChannels;
  readonly log: Log;
};

export async function readDeliveries(
  { vault, channels, log }: Deps,
  claimed: readonly ClaimedDelivery[],
): Promise<ReadDelivery[]> {
  const people = await vault.byId(new Set(claimed.map(({ subjectId }) => subjectId)));
  return claimed.flatMap((delivery) => {
    const channel = channels().get(delivery.channel);
    // A channel that was deleted just now: the upkeep drops what it leaves.
    return channel === undefined ? [] : [read(delivery, channel, people.get(delivery.subjectId), log)];
  });
}

function read(
  delivery: ClaimedDelivery,
  channel: DeliveryChannel,
  person: Subject | undefined,
  log: Log,
): ReadDelivery {
  if (person === undefined || person.erased) {
    const end = { claimed: delivery, result: undefined, settlement: { status: 'dropped' } } as const;
    return { kind: 'ended', end };
  }
  try {
    const composed = unsealNotification(delivery.deliveryId, delivery.content, person);
    return { kind: 'sendable', delivery, channel, notification: carriedNotification(composed, channel) };
  } catch (error) {
    log.error('a delivery cannot be read', { error });
    const result = { kind: 'refused', reason: 'template' } as const;
    return { kind: 'ended', end: { claimed: delivery, result, settlement: { status: 'refused' } } };
  }
}
