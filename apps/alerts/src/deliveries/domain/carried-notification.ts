import type { Notification } from '../../channels/channel.ts';
import { neutralTitle } from '../../channels/notification-words.ts';

/**
 * A notification as its channel may carry it now. It was composed when the channel was fit for health data; while it waited, the
 * mark may have been taken away.
 */
export function carriedNotification(
  notification: Notification,
  { fitForHealthData, isOwn }: { readonly fitForHealthData: boolean; readonly isOwn: boolean },
): Notification {
  if (fitForHealthData) return notification;
  const [first, ...others] = notification.alerts.map(({ details, ...alert }) => {
    const asks = alert.reason === 'asked' || details?.question !== undefined;
    return { ...alert, title: neutralTitle(notification.language, { isOwn, asks }) };
  });
  if (first === undefined) throw new Error('a notification has an alert');
  return { ...notification, alerts: [first, ...others] };
}
