import { expect, test } from 'vitest';
import {
  buildNotification,
  buildNotificationAlert,
  healthDetails,
} from '../../../test/build-notification.ts';
import { carriedNotification } from './carried-notification.ts';

const healthWords = /pulse|person-17/i;
const notification = buildNotification([
  buildNotificationAlert({ title: 'Pulse of person-17', details: healthDetails }),
]);

test('a channel that is fit for health data carries all of it', () => {
  expect(carriedNotification(notification, { fitForHealthData: true })).toBe(notification);
});

test('a channel that no longer is carries none of what was composed before', () => {
  const carried = carriedNotification(notification, { fitForHealthData: false });
  expect(JSON.stringify(carried)).not.toMatch(healthWords);
  expect(carried).toMatchObject({ deliveryId: notification.deliveryId });
  expect(carried.alerts[0].links).toEqual(notification.alerts[0].links);
});
