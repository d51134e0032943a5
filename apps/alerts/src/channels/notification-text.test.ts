import { expect, test } from 'vitest';
import { languages } from '@bridge/contracts';
import { buildNotification, buildNotificationAlert, healthDetails } from '../../test/build-notification.ts';
import { notificationReasons } from '../notifications/domain/notification-plan.ts';
import { notificationText, oneLine, shortened } from './notification-text.ts';

test.each(languages)('%s has other words for every reason', (language) => {
  const subjects = notificationReasons.map(
    (reason) =>
      notificationText(buildNotification([buildNotificationAlert({ reason })], { language })).subject,
  );
  expect(new Set(subjects).size).toBe(notificationReasons.length);
});

test('without details there is the title, and the links', () => {
  expect(notificationText(buildNotification())).toEqual({
    subject: 'Warning: Somebody you follow needs a look (new)',
    alerts: [
      {
        heading: 'Warning: Somebody you follow needs a look (new)',
        lines: [],
        links: [
          { label: 'Open', url: 'https://bridge.test/#/alerts/Yjc0ZmE4' },
          { label: 'Acknowledge', url: 'https://bridge.test/a/dG9rZW4' },
        ],
      },
    ],
    more: undefined,
  });
});

test('with details there are summary, advice, question and person', () => {
  const details = { ...healthDetails, question: 'Were you moving?' };
  const { alerts } = notificationText(
    buildNotification([buildNotificationAlert({ details, reason: 'asked' })], { language: 'de' }),
  );
  expect(alerts[0]?.lines).toEqual([
    'Pulse 132/min for 10 minutes at rest; usually 58.',
    'Sit down and measure again in five minutes.',
    'Were you moving?',
    'Person: person-17',
  ]);
});

test('several alerts are counted and listed, up to a number', () => {
  const others = Array.from({ length: 19 }, () => buildNotificationAlert());
  const alerts = [buildNotificationAlert({ severity: 'info' }), ...others] as const;
  const english = notificationText(buildNotification(alerts));
  expect([english.subject, english.alerts.length, english.more]).toEqual([
    '20 alerts: 19 warnings, 1 note',
    15,
    'and 5 more',
  ]);
  expect(notificationText(buildNotification(alerts, { language: 'de' }))).toMatchObject({
    subject: '20 Meldungen: 19 Warnungen, 1 Hinweis',
    more: 'und 5 weitere',
  });
});

test('a title is one line', () => {
  expect(oneLine(' a\r\nb\u2028c\u0000\u0085d ')).toBe('a b c d');
});

test('a shortened text ends with a whole character', () => {
  expect(shortened('abcdef', 6)).toBe('abcdef');
  expect(shortened('abcdefg', 6)).toBe('abc...');
  expect(shortened('ab\u{1f494}defg', 6)).toBe('ab...');
});
