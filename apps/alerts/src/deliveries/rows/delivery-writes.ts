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

/**
 * Earlier deliveries about the alerts of these, which failed and wait for their next try, are tried now: whatever comes behind
 * them is urgent. A receiver that asked for a pause keeps it. Rows that an attempt is being recorded of are passed over.
 */
export function hastenEarlier(writes: readonly DeliveryWrite[]): Statement {
  const steps = writes.flatMap(({ channel, notification, steps, dueAt }) =>
    steps.map(({ alertId }) => ({ alertId, channel, deliveryId: notification.deliveryId, dueAt })),
  );
  return {
    name: 'hasten-earlier-deliveries',
    text: `with waiting as (
             select d.delivery_id, g.due_at
               from unnest($1::bytea[], $2::text[], $3::bytea[], $4::timestamptz[]) as g(alert_id, channel, delivery_id, due_at)
               join alerts.delivery_steps s on s.alert_id = g.alert_id and s.channel = g.channel
               join alerts.deliveries d on d.delivery_id = s.delivery_id and d.delivery_id <> g.delivery_id
              where d.status = 'pending' and d.due_at > g.due_at and d.attempts > 0
                and (d.claimed_until is null or d.claimed_until <= g.due_at)
                and not exists (select from alerts.delivery_attempts a where a.delivery_id = d.delivery_id
                                  and a.attempt = d.attempts and a.reason = 'rate_limited')
                for update of d skip locked)
           update alerts.deliveries d set due_at = w.due_at from waiting w where d.delivery_id = w.delivery_id`,
    values: [
      byteaArray(steps.map(({ alertId }) => alertId)),
      textArray(steps.map(({ channel }) => channel)),
      byteaArray(steps.map(({ deliveryId }) => deliveryId)),
      timestamptzArray(steps.map(({ dueAt }) => dueAt)),
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
