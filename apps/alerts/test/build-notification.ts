import { testTime } from '@bridge/testing';
import type { Notification, NotificationAlert } from '../src/channels/channel.ts';

/** One alert of a warning that has just begun, without details. */
export function buildNotificationAlert(fields: Partial<NotificationAlert> = {}): NotificationAlert {
  return {
    alertId: 'Yjc0ZmE4',
    step: 1,
    reason: 'fired',
    status: 'firing',
    severity: 'warning',
    firingSince: testTime(),
    title: 'Somebody you follow needs a look',
    links: {
      open: 'https://bridge.test/#/alerts/Yjc0ZmE4',
      actions: [{ label: 'Acknowledge', url: 'https://bridge.test/a/dG9rZW4' }],
    },
    ...fields,
  };
}

export const healthDetails: NonNullable<NotificationAlert['details']> = {
  userId: 'person-17',
  kind: 'rule.pulse_high',
  summary: 'Pulse 132/min for 10 minutes at rest; usually 58.',
  advice: 'Sit down and measure again in five minutes.',
  mode: 'reflex',
};

export function buildNotification(
  alerts: Notification['alerts'] = [buildNotificationAlert()],
  fields: Partial<Notification> = {},
): Notification {
  return {
    deliveryId: 'ZGVsaXZlcnktMQ',
    at: testTime(0.5),
    language: 'en',
    alerts,
    ...fields,
  };
}
