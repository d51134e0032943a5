import { testTime } from '@bridge/testing';
import { describe, expect, test } from 'vitest';
import { buildNotification, buildNotificationAlert, healthDetails } from '../../test/build-notification.ts';
import type { NotificationAlert } from './channel.ts';
import { ntfy, ntfyMessage } from './ntfy.ts';
import { pagerduty, pagerdutyEvent } from './pagerduty.ts';
import { slackMessage } from './slack.ts';

const one = (fields: Partial<NotificationAlert>) => buildNotification([buildNotificationAlert(fields)]);
const two = buildNotification([
  buildNotificationAlert({ details: healthDetails }),
  buildNotificationAlert({ severity: 'critical', status: 'resolved', reason: 'resolved' }),
]);

describe('Slack', () => {
  test('a message about one alert', () => {
    const message = slackMessage(one({ details: { ...healthDetails, summary: 'a < b & <!channel>' } }));
    const subject = 'Warning: Somebody you follow needs a look (new)';
    expect(message).toEqual({
      text: subject,
      unfurl_links: false,
      unfurl_media: false,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: subject, emoji: false } },
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text:
              'a &lt; b &amp; &lt;!channel&gt;\nSit down and measure again in five minutes.\n' +
              'Person: person-17',
          },
        },
        {
          type: 'section',
          text: {
            type: 'mrkdwn',
            text:
              '<https://bridge.test/#/alerts/Yjc0ZmE4|Open>  ' +
              '<https://bridge.test/a/dG9rZW4|Acknowledge>',
          },
        },
      ],
    });
  });

  test('a message about several begins with their number', () => {
    const { text, blocks } = slackMessage(two);
    expect(text).toBe('2 alerts: 1 critical, 1 warning');
    expect(blocks[1]).toMatchObject({
      text: {
        text: expect.stringMatching(
          /^\*Warning: Somebody you follow needs a look \(new\)\*\nPulse/,
        ) as string,
      },
    });
  });
});

describe('PagerDuty', () => {
  const event = (fields: Partial<NotificationAlert>) =>
    pagerdutyEvent({ routing_key: 'a'.repeat(32) }, one(fields));

  test.each([
    [{ reason: 'fired' }, 'trigger'],
    [{ reason: 'raised', severity: 'critical' }, 'trigger'],
    [{ reason: 'updated' }, 'trigger'],
    [{ reason: 'unconfirmed', status: 'unconfirmed' }, 'trigger'],
    [{ reason: 'acknowledged' }, 'acknowledge'],
    [{ reason: 'resolved', status: 'resolved' }, 'resolve'],
    [{ reason: 'updated', status: 'resolved' }, 'resolve'],
  ] as const)('%j: %s', (fields, action) => {
    expect(event(fields)).toMatchObject({ event_action: action, dedup_key: 'Yjc0ZmE4' });
  });

  test('a trigger', () => {
    expect(event({ details: healthDetails }).payload).toEqual({
      summary: 'Warning: Somebody you follow needs a look (new)',
      source: 'biometric-bridge',
      severity: 'warning',
      timestamp: testTime(),
      class: 'rule.pulse_high',
      custom_details: {
        user_id: 'person-17',
        kind: 'rule.pulse_high',
        summary: 'Pulse 132/min for 10 minutes at rest; usually 58.',
        advice: 'Sit down and measure again in five minutes.',
        mode: 'reflex',
      },
    });
  });

  test('its address is the one in America unless another is given', () => {
    const routing_key = 'a'.repeat(32);
    expect(pagerduty.settings.parse({ routing_key })).toEqual({
      routing_key,
      url: 'https://events.pagerduty.com/v2/enqueue',
    });
    expect(pagerduty.settings.safeParse({ routing_key: 'short' }).success).toBe(false);
  });
});

describe('ntfy', () => {
  const message = (fields: Partial<NotificationAlert>) => ntfyMessage({ topic: 'coach' }, one(fields));

  test('a message', () => {
    expect(message({ severity: 'critical' })).toEqual({
      topic: 'coach',
      title: 'Critical: Somebody you follow needs a look (new)',
      message: 'Critical: Somebody you follow needs a look (new)',
      priority: 5,
      tags: ['rotating_light'],
      click: 'https://bridge.test/#/alerts/Yjc0ZmE4',
      actions: [{ action: 'view', label: 'Acknowledge', url: 'https://bridge.test/a/dG9rZW4', clear: true }],
      sequence_id: expect.stringMatching(/^[0-9a-f]{32}$/) as string,
    });
  });

  test('an alert that needs nobody any more is quiet', () => {
    expect(message({ severity: 'critical', reason: 'resolved', status: 'resolved' }).priority).toBe(2);
    expect(message({ severity: 'critical', reason: 'acknowledged' }).priority).toBe(2);
    expect(ntfyMessage({ topic: 'coach' }, two).priority).toBe(4);
  });

  const answers = (count: number) => ({
    open: 'https://bridge.test/',
    actions: Array.from({ length: count }, (_, index) => ({
      label: `Answer ${index}`,
      url: `https://bridge.test/a/${index}`,
    })),
  });

  test('has three buttons at most; the last one leads to all answers where there are more', () => {
    const buttons = (count: number) =>
      message({ links: answers(count) }).actions.map(({ label, url }) => [label, url]);
    const [first, second, third] = [0, 1, 2].map((n) => [`Answer ${n}`, `https://bridge.test/a/${n}`]);
    expect(buttons(3)).toEqual([first, second, third]);
    for (const count of [4, 5]) {
      expect(buttons(count)).toEqual([
        first,
        second,
        ['More answers', 'https://bridge.test/a/2?answers=all'],
      ]);
    }
  });

  test('has no buttons where they could mean several alerts', () => {
    expect(ntfyMessage({ topic: 'coach' }, two).actions).toEqual([]);
  });

  test('a long text is cut between two characters', () => {
    const long = message({ details: { ...healthDetails, summary: `a${'\u{1f494}'.repeat(2_000)}` } }).message;
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(4_096);
    expect(long).toMatch(/^a\u{1f494}+\.\.\.$/u);
  });

  test('settings', () => {
    expect(ntfy.settings.parse({ topic: 'coach' })).toEqual({ topic: 'coach', url: 'https://ntfy.sh' });
    expect(ntfy.settings.safeParse({ topic: 'a/b' }).success).toBe(false);
    expect(ntfy.settings.safeParse({ topic: 'a', token: 'x\r\ny' }).success).toBe(false);
  });
});
