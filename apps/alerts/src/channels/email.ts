import type { Socket } from 'node:net';
import { createTransport } from 'nodemailer';
import { z } from 'zod';
import type { ChannelAdapter, SendResult } from './channel.ts';
import { connectionFailure } from './connection-failure.ts';
import { emailMessage, type EmailMessage } from './email-message.ts';

const addressField = z
  .email({ pattern: z.regexes.rfc5322Email, error: 'must be an e-mail address' })
  .max(254)
  .refine((address) => !/["\s]/.test(address), 'must be an e-mail address without quotes');

const settingsSchema = z
  .strictObject({
    host: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/, 'must be the name or address of a mail server'),
    port: z.int().min(1).max(65_535),
    security: z
      .enum(['tls', 'starttls', 'none'])
      .default('starttls')
      .describe('tls from the first byte; starttls or no delivery; none, without a password'),
    certificate_authority: z
      .string()
      .max(20_000)
      .startsWith('-----BEGIN CERTIFICATE-----', 'must be a certificate in PEM')
      .exactOptional()
      .describe('Of a mail server with a certificate of its own'),
    user: z.string().min(1).max(320).exactOptional(),
    password: z.string().min(1).max(1_000).exactOptional(),
    from: addressField,
    to: addressField.describe('One address: each recipient has its own deliveries and results'),
  })
  .refine(({ user, password }) => (user === undefined) === (password === undefined), {
    path: ['password'],
    error: 'must be given together with user',
  })
  .refine(({ security, password }) => security !== 'none' || password === undefined, {
    path: ['security'],
    error: 'must be tls or starttls where there is a password',
  });
type EmailSettings = z.infer<typeof settingsSchema>;

/** E-mail over SMTP. Mail servers know no idempotency key; many mail programs show one message per Message-ID. */
export const email: ChannelAdapter<EmailSettings> = {
  kind: 'email',
  oneAlertAtATime: false,
  readByPeople: true,
  settings: settingsSchema,
  secrets: ['password'],
  async send(settings, notification, context) {
    let message: EmailMessage;
    try {
      message = emailMessage(notification, settings.from.slice(settings.from.lastIndexOf('@') + 1));
    } catch {
      return { kind: 'refused', reason: 'template' };
    }
    // Of everything: connecting has a limit of its own, and takes from this one.
    const signal = AbortSignal.timeout(context.timeoutMs);
    const opened = await context.connect(settings.host, settings.port);
    if (opened.kind === 'failed') return opened;
    try {
      await submit(settings, message, opened.socket, signal);
      return { kind: 'delivered' };
    } catch (error) {
      return judgeSmtpError(error);
    } finally {
      opened.socket.destroy();
    }
  },
};

async function submit(
  settings: EmailSettings,
  { references, ...message }: EmailMessage,
  connection: Socket,
  signal: AbortSignal,
): Promise<void> {
  const { host, port, security, certificate_authority: ca, user, password, from, to } = settings;
  const transport = createTransport({
    host,
    port,
    connection,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
    ...(ca !== undefined && { tls: { ca } }),
    disableFileAccess: true,
    disableUrlAccess: true,
    maxResponseSize: 64 * 1_024,
  });
  await transport.sendMail({
    ...message,
    references: [...references],
    from,
    to,
    signal,
  });
}

/** A 4xx of SMTP passes and a 5xx stays. Whoever takes STARTTLS away also answers 5xx, and must not end a delivery. */
function judgeSmtpError(error: unknown): SendResult {
  const { responseCode: status, code } = error as { responseCode?: number; code?: string };
  if (code === 'ETLS') return { kind: 'failed', reason: connectionFailure(error) };
  if (status !== undefined && status >= 500) {
    return { kind: 'refused', reason: code === 'EAUTH' ? 'settings' : 'rejected', status };
  }
  if (status !== undefined && status >= 400) return { kind: 'failed', reason: 'server_error', status };
  return { kind: 'failed', reason: connectionFailure(error) };
}
