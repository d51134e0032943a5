import type { Subject, Vault } from '@bridge/vault';
import type { Notification } from '../channels/channel.ts';
import type { NoteUnreadable } from '../unreadable-rows.ts';
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
  readonly noteUnreadable: NoteUnreadable;
};

export async function readDeliveries(
  { vault, channels, noteUnreadable }: Deps,
  claimed: readonly ClaimedDelivery[],
): Promise<ReadDelivery[]> {
  const people = await vault.byId(new Set(claimed.map(({ subjectId }) => subjectId)));
  return claimed.flatMap((delivery) => {
    const channel = channels().get(delivery.channel);
    // A channel that was deleted just now: the upkeep drops what it leaves.
    return channel === undefined
      ? []
      : [read(delivery, channel, people.get(delivery.subjectId), noteUnreadable)];
  });
}

function read(
  delivery: ClaimedDelivery,
  channel: DeliveryChannel,
  person: Subject | undefined,
  noteUnreadable: NoteUnreadable,
): ReadDelivery {
  if (person === undefined || person.erased) {
    const end = { claimed: delivery, result: undefined, settlement: { status: 'dropped' } } as const;
    return { kind: 'ended', end };
  }
  try {
    const composed = unsealNotification(delivery.deliveryId, delivery.content, person);
    const { fitForHealthData, subjectId } = channel;
    const isOwn = subjectId === person.subjectId;
    const notification = carriedNotification(composed, { fitForHealthData, isOwn });
    return { kind: 'sendable', delivery, channel, notification };
  } catch (error) {
    noteUnreadable('alerts.deliveries', delivery.deliveryId, error);
    const result = { kind: 'refused', reason: 'template' } as const;
    return { kind: 'ended', end: { claimed: delivery, result, settlement: { status: 'refused' } } };
  }
}
