import { afterEach, describe, expect, test } from 'vitest';
import { buildNotification, buildNotificationAlert, healthDetails } from '../../test/build-notification.ts';
import { certificate } from '../../test/receivers/certificate.ts';
import { startSmtpReceiver } from '../../test/receivers/smtp-receiver.ts';
import { buildSendContext } from '../../test/send-context.ts';
import { email } from './email.ts';
import { emailMessage } from './email-message.ts';
import { createReceiverClient } from './send-request.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function contextOf({ allowed = ['127.0.0.1', 'receiver.test', 'other.test'], timeoutMs = 30_000 } = {}) {
  const client = createReceiverClient({
    allowedPrivateHosts: allowed,
    timeoutMs,
    maxAnswerBytes: 1_000,
    lookup: (_host, options, callback) => {
      const [address, family] = ['127.0.0.1', 4];
      if (options.all === true) callback(null, [{ address, family }]);
      else callback(null, address, family);
    },
  });
  cleanups.push(client.close);
  return buildSendContext(client);
}

async function mailServer(options: Parameters<typeof startSmtpReceiver>[0] = {}) {
  const receiver = await startSmtpReceiver(options);
  cleanups.push(receiver.close);
  const settings = {
    host: receiver.host,
    port: receiver.port,
    security: options.security ?? ('none' as const),
    from: 'bridge@bridge.test',
    to: 'coach@team.test',
  };
  return { ...receiver, settings };
}

describe('a message', () => {
  test('has one Message-ID on every attempt, and one thread per alert', async () => {
    const { mails, settings } = await mailServer();
    const context = contextOf();
    const second = buildNotification([buildNotificationAlert({ step: 2, reason: 'repeated' })], {
      deliveryId: 'ZGVsaXZlcnktMg',
    });
    for (const notification of [buildNotification(), buildNotification(), second]) {
      expect(await email.send(settings, notification, context)).toEqual({ kind: 'delivered' });
    }
    expect(mails.map(({ headers }) => headers['message-id'])).toEqual([
      '<delivery.ZGVsaXZlcnktMQ@bridge.test>',
      '<delivery.ZGVsaXZlcnktMQ@bridge.test>',
      '<delivery.ZGVsaXZlcnktMg@bridge.test>',
    ]);
    for (const { headers } of mails) {
      expect(headers).toMatchObject({
        'in-reply-to': '<alert.Yjc0ZmE4@bridge.test>',
        references: '<alert.Yjc0ZmE4@bridge.test>',
        'x-entity-ref-id': 'Yjc0ZmE4',
        'auto-submitted': 'auto-generated',
      });
    }
    expect(mails[2]?.headers['subject']).toBe('Warning: Somebody you follow needs a look (still open)');
  });

  test('has text and HTML with the links', async () => {
    const { mails, settings } = await mailServer();
    await email.send(settings, buildNotification(), contextOf());
    const [mail] = mails;
    expect(mail?.headers['content-type']).toMatch(/^multipart\/alternative/);
    expect(mail?.body).toContain('Acknowledge: https://bridge.test/a/dG9rZW4\r\n');
    expect(mail?.body).toContain('<a href="https://bridge.test/a/dG9rZW4">Acknowledge</a>');
  });

  test('has no header and no markup from a person', () => {
    const evil = 'x\r\nBcc: everybody@evil.test';
    const details = { ...healthDetails, userId: evil, summary: '<script>alert("1")</script>' };
    const alert = buildNotificationAlert({ alertId: `a>${evil}`, title: evil, details });
    const message = emailMessage(buildNotification([alert], { deliveryId: evil }), 'bridge.test');
    const headers = [message.subject, message.messageId, message.inReplyTo, ...message.references];
    expect([...headers, ...Object.values(message.headers)].join('')).not.toMatch(/[\r\n]/);
    expect(message.messageId).toMatch(/^<delivery\.[0-9a-f]{64}@bridge\.test>$/);
    expect(message.html).not.toMatch(/<script|"1"/);
  });

  test('is encoded where it is not ASCII', async () => {
    const { mails, settings } = await mailServer();
    const alert = buildNotificationAlert({ title: 'Bitte prüfen', reason: 'acknowledged' });
    await email.send(settings, buildNotification([alert], { language: 'de' }), contextOf());
    expect(mails[0]?.headers['subject']).toMatch(/^=\?UTF-8\?/);
    expect(mails[0]?.body).toContain('Warnung: Bitte prüfen (jemand kümmert sich)');
  });
});

describe('encryption', () => {
  const certificate_authority = certificate;

  test.each(['tls', 'starttls'] as const)('%s with a certificate that is trusted', async (security) => {
    const login = { user: 'bridge', password: 'word' };
    const { mails, settings } = await mailServer({ security, login });
    const full = { ...settings, ...login, host: 'receiver.test', certificate_authority };
    expect(await email.send(full, buildNotification(), contextOf())).toEqual({ kind: 'delivered' });
    expect(mails).toMatchObject([{ isEncrypted: true, user: 'bridge' }]);
  });

  test.each(['tls', 'starttls'] as const)('%s with a wrong certificate', async (security) => {
    const { mails, settings } = await mailServer({ security });
    const wrong = { kind: 'failed', reason: 'certificate' };
    expect(await email.send(settings, buildNotification(), contextOf())).toEqual(wrong);
    const otherName = { ...settings, host: 'other.test', certificate_authority };
    expect(await email.send(otherName, buildNotification(), contextOf())).toEqual(wrong);
    expect(mails).toEqual([]);
  });

  test('no delivery where STARTTLS was asked for and is not offered', async () => {
    const { mails, settings } = await mailServer({ security: 'none' });
    const result = await email.send({ ...settings, security: 'starttls' }, buildNotification(), contextOf());
    expect(result).toEqual({ kind: 'failed', reason: 'connection' });
    expect(mails).toEqual([]);
  });
});

describe('a server that does not take it', () => {
  test.each([
    [451, { kind: 'failed', reason: 'server_error', status: 451 }],
    [421, { kind: 'failed', reason: 'server_error', status: 421 }],
    [550, { kind: 'refused', reason: 'rejected', status: 550 }],
    ['cut' as const, { kind: 'failed', reason: 'connection' }],
  ])('%s', async (behaviour, expected) => {
    const { settings, behave } = await mailServer();
    behave(behaviour);
    expect(await email.send(settings, buildNotification(), contextOf())).toEqual(expected);
  });

  test('because of the password', async () => {
    const { settings } = await mailServer({ security: 'tls', login: { user: 'bridge', password: 'word' } });
    const wrong = { ...settings, user: 'bridge', password: 'other', certificate_authority: certificate };
    expect(await email.send(wrong, buildNotification(), contextOf())).toEqual({
      kind: 'refused',
      reason: 'settings',
      status: 535,
    });
  });

  test('because it says nothing', async () => {
    const { settings, behave } = await mailServer();
    behave('hang');
    expect(await email.send(settings, buildNotification(), contextOf({ timeoutMs: 100 }))).toEqual({
      kind: 'failed',
      reason: 'timeout',
    });
  });

  test('because its address is private', async () => {
    const { settings, mails } = await mailServer();
    expect(await email.send(settings, buildNotification(), contextOf({ allowed: [] }))).toEqual({
      kind: 'failed',
      reason: 'forbidden_address',
    });
    expect(mails).toEqual([]);
  });
});

describe('settings', () => {
  const valid = { host: 'mail.test', port: 587, from: 'a@b.test', to: 'c@d.test' };
  test('encrypt unless told otherwise', () => {
    expect(email.settings.parse(valid)).toMatchObject({ security: 'starttls' });
  });

  test.each([
    { ...valid, security: 'none', user: 'a', password: 'b' },
    { ...valid, user: 'a' },
    { ...valid, to: 'c@d.test\r\nBcc: e@f.test' },
    { ...valid, to: 'c@d.test, e@f.test' },
    { ...valid, from: '"a\\" <x@y.test>"@b.test' },
    { ...valid, host: 'a b' },
    { ...valid, port: 0 },
    { ...valid, cc: 'e@f.test' },
  ])('%j are refused', (given) => {
    expect(email.settings.safeParse(given).success).toBe(false);
  });
});
