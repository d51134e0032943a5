import {
  byteaArray,
  int4Array,
  textArray,
  timestamptzArray,
  uuidArray,
  type Statement,
} from '@bridge/postgres';
import { sealWith, unsealWith, type LiveSubject, type Place } from '@bridge/vault';
import type { Notification } from '../../channels/channel.ts';
import type { PlannedDelivery } from '../../notifications/domain/notification-plan.ts';

/** A delivery to write; times in milliseconds since 1970. */
export type DeliveryWrite = PlannedDelivery & {
  readonly person: LiveSubject;
  /** Its delivery id becomes the row's key. */
  readonly notification: Notification;
  readonly createdAt: number;
  readonly dueAt: number;
};

/**
 * Writes all, in their order, or raises `BB002`: where a delivery id, or a step of an alert to its channel, exists already.
 * A person's deliveries are ordered by `place` only if whoever writes them is the one that plans that person.
 */
export function insertDeliveries(writes: readonly DeliveryWrite[]): Statement {
  const steps = writes.flatMap(({ channel, notification, steps }) =>
    steps.map((step) => ({ ...step, channel, deliveryId: notification.deliveryId })),
  );
  return {
    name: 'insert-deliveries',
    text: `with delivery as (
             insert into alerts.deliveries (delivery_id, channel, subject_id, status, created_at, due_at, content)
             select delivery_id, channel, subject_id, 'pending', created_at, due_at, content
               from unnest($1::bytea[], $2::text[], $3::uuid[], $4::timestamptz[], $5::timestamptz[], $6::bytea[])
                 with ordinality as g(delivery_id, channel, subject_id, created_at, due_at, content, nr)
              order by nr
             on conflict do nothing returning 1),
           step as (
             insert into alerts.delivery_steps (alert_id, channel, step, delivery_id, reason, route)
             select * from unnest($7::bytea[], $8::text[], $9::int4[], $10::bytea[], $11::text[], $12::text[])
             on conflict do nothing returning 1)
           select delivery.expect_rows((select count(*) from delivery) + (select count(*) from step), $13, 'BB002')`,
    values: [
      byteaArray(writes.map(({ notification }) => notification.deliveryId)),
      textArray(writes.map(({ channel }) => channel)),
      uuidArray(writes.map(({ person }) => person.subjectId)),
      timestamptzArray(writes.map(({ createdAt }) => createdAt)),
      timestamptzArray(writes.map(({ dueAt }) => dueAt)),
      byteaArray(writes.map(sealNotification)),
      byteaArray(steps.map(({ alertId }) => alertId)),
      textArray(steps.map(({ channel }) => channel)),
      int4Array(steps.map(({ step }) => step)),
      byteaArray(steps.map(({ deliveryId }) => deliveryId)),
      textArray(steps.map(({ reason }) => reason)),
      textArray(steps.map(({ route }) => route)),
      writes.length + steps.length,
    ],
  };
}

function sealNotification({ person, notification }: DeliveryWrite): Buffer {
  const place = placeOf(notification.deliveryId, person.subjectId);
  return sealWith(person.key, JSON.stringify(notification), place);
}

/** Throws if the content is not what was sealed for this delivery of this person. */
export function unsealNotification(deliveryId: string, content: Buffer, person: LiveSubject): Notification {
  const text = unsealWith(person.key, content, placeOf(deliveryId, person.subjectId)).toString('utf8');
  return JSON.parse(text) as Notification;
}

function placeOf(deliveryId: string, subject: string): Place {
  return { table: 'alerts.deliveries', column: 'content', row: deliveryId, subject };
}
