import { CodedError } from '@bridge/core';
import type { Call } from '@bridge/resilience';
import { z } from 'zod';
import type { Listed, Wanted } from '../../domain/connections/subscriptions.ts';
import type { VendorApp } from '../../domain/connections/vendor-app.ts';

/** Oura's subscriptions of this application. Every call throws a `CodedError` without what was asked for. */
export type OuraSubscriptions = {
  list(): Promise<Listed[]>;
  /** Oura calls us back for its handshake before it answers. `exists`: there is one already. */
  create(wanted: Wanted): Promise<Listed | 'exists'>;
  /** `gone`: Oura does not know it any more. */
  renew(id: string): Promise<Listed | 'gone'>;
  /** Leads an existing one to our address. */
  redirect(listed: Listed): Promise<Listed | 'gone'>;
};

type Options = {
  readonly app: VendorApp;
  readonly callbackUrl: string;
  readonly call: Call;
};

const subscription = z
  .looseObject({
    id: z.string().min(1),
    callback_url: z.string(),
    event_type: z.string(),
    data_type: z.string(),
    expiration_time: z.string(),
  })
  .transform((document, context): Listed => {
    // Without an offset Oura means UTC.
    const text = document.expiration_time;
    const expiresAt = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
    if (Number.isNaN(expiresAt)) context.addIssue({ code: 'custom', message: 'expiration_time is no time' });
    const { id, callback_url: callbackUrl, event_type: eventType, data_type: dataType } = document;
    return { id, callbackUrl, eventType, dataType, expiresAt };
  });

type Answer = { readonly status: number; readonly body: unknown };

export function createOuraSubscriptions({ app, callbackUrl, call }: Options): OuraSubscriptions {
  const base = `${app.apiUrl}/v2/webhook/subscription`;
  const headers = {
    'x-client-id': app.clientId,
    'x-client-secret': app.clientSecrets[0] ?? '',
    'content-type': 'application/json',
  };
  const common = { callback_url: callbackUrl, verification_token: app.verificationToken ?? '' };

  function request(method: string, url: string, body?: unknown): Promise<Answer> {
    return call(async (signal) => {
      const init = { method, headers, redirect: 'error', signal } as const;
      const sent = body === undefined ? init : { ...init, body: JSON.stringify(body) };
      const answer = await fetch(url, sent).catch(() => undefined);
      if (answer === undefined || answer.status === 429 || answer.status >= 500) throw unavailable();
      return { status: answer.status, body: await answer.json().catch(() => undefined) };
    });
  }

  /** Oura answers 403 for an id that it does not know. */
  async function change(url: string, body?: unknown): Promise<Listed | 'gone'> {
    const answer = await request('PUT', url, body);
    return answer.status === 403 || answer.status === 404 ? 'gone' : parsed(subscription, answer);
  }

  return {
    list: async () => parsed(z.array(subscription), await request('GET', base)),
    async create({ dataType, eventType }) {
      const body = { ...common, data_type: dataType, event_type: eventType };
      const answer = await request('POST', base, body);
      return answer.status === 409 ? 'exists' : parsed(subscription, answer);
    },
    renew: (id) => change(`${base}/renew/${encodeURIComponent(id)}`),
    redirect: ({ id, dataType, eventType }) =>
      change(`${base}/${encodeURIComponent(id)}`, { ...common, data_type: dataType, event_type: eventType }),
  };
}

function parsed<T>(schema: z.ZodType<T>, { status, body }: Answer): T {
  const read = schema.safeParse(body);
  if (status >= 200 && status < 300 && read.success) return read.data;
  throw new CodedError(
    'subscription_refused',
    'permanent',
    `Oura refuses a subscription with status ${status}.`,
  );
}

function unavailable(): CodedError {
  return new CodedError('vendor_unavailable', 'transient', 'Oura gave no clear answer about a subscription.');
}
