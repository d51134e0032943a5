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
  expect(carriedNotification(notification, { fitForHealthData: true, isOwn: true })).toBe(notification);
});

test('a channel that no longer is carries none of what was composed before', () => {
  const carried = carriedNotification(notification, { fitForHealthData: false, isOwn: false });
  expect(JSON.stringify(carried)).not.toMatch(healthWords);
  expect(carried).toMatchObject({ deliveryId: notification.deliveryId });
  expect(carried.alerts[0].links).toEqual(notification.alerts[0].links);
});

test.each([
  ['a question', 'asked', 'A question about how you feel'],
  ['an alert', 'fired', 'Please take a look at how you are'],
] as const)("a person's own channel still speaks to the person: %s", (_what, reason, title) => {
  const own = buildNotification([buildNotificationAlert({ reason, details: healthDetails })]);
  expect(carriedNotification(own, { fitForHealthData: false, isOwn: true }).alerts[0].title).toBe(title);
});
