import type { Notification, NotificationAlert } from './channel.ts';

/**
 * A notification for programs, as the webhook and the sink carry it. `timestamp` is the time of the decision and the same
 * on every attempt.
 */
export function notificationPayload({ deliveryId, at, language, alerts }: Notification) {
  return {
    type: 'alert.notification',
    timestamp: at,
    data: { delivery_id: deliveryId, language, alerts: alerts.map(alertPayload) },
  };
}

function alertPayload({ details, links, ...alert }: NotificationAlert) {
  return {
    alert_id: alert.alertId,
    step: alert.step,
    reason: alert.reason,
    status: alert.status,
    severity: alert.severity,
    firing_since: alert.firingSince,
    title: alert.title,
    ...(details && { details: detailsPayload(details) }),
    links,
  };
}

export function detailsPayload({ userId, ...details }: NonNullable<NotificationAlert['details']>) {
  return { user_id: userId, ...details };
}
