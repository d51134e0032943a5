import type { Notification } from '../../channels/channel.ts';
import { neutralTitle } from '../../channels/notification-words.ts';

/**
 * A notification as its channel may carry it now. It was composed when the channel was fit for health data; while it waited, the
 * mark may have been taken away.
 */
export function carriedNotification(
  notification: Notification,
  { fitForHealthData }: { readonly fitForHealthData: boolean },
): Notification {
  if (fitForHealthData) return notification;
  const title = neutralTitle(notification.language);
  const [first, ...others] = notification.alerts.map(({ details: _withheld, ...alert }) => ({
    ...alert,
    title,
  }));
  if (first === undefined) throw new Error('a notification has an alert');
  return { ...notification, alerts: [first, ...others] };
}
