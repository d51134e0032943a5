import { CodedError } from '@bridge/core';
import { z } from 'zod';
import type { JsonRequest, VendorSubscription, SubscriptionClient } from '../subscriptions.ts';
import type { VendorApp } from '../vendor-app.ts';

type Options = {
  readonly app: VendorApp;
  readonly callbackUrl: string;
  readonly request: JsonRequest;
};

type Answer = Awaited<ReturnType<JsonRequest>>;

const subscription = z
  .looseObject({
    id: z.string().min(1),
    callback_url: z.string(),
    event_type: z.string(),
    data_type: z.string(),
    expiration_time: z.string(),
  })
  .transform((document, context): VendorSubscription => {
    // Without an offset Oura means UTC.
    const text = document.expiration_time;
    const expiresAt = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
    if (Number.isNaN(expiresAt)) context.addIssue({ code: 'custom', message: 'expiration_time is no time' });
    const { id, callback_url: callbackUrl, event_type: eventType, data_type: dataType } = document;
    return { id, callbackUrl, eventType, dataType, expiresAt };
  });

export function createOuraSubscriptions({ app, callbackUrl, request }: Options): SubscriptionClient {
  const base = `${app.apiUrl}/v2/webhook/subscription`;
  const headers = {
    'x-client-id': app.clientId,
    'x-client-secret': app.clientSecrets[0] ?? '',
  };
  const common = { callback_url: callbackUrl, verification_token: app.verificationToken ?? '' };

  function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    return request({ method, url: new URL(base + path), headers, body });
  }

  /** Oura answers 403 for an id that it does not know. */
  async function change(path: string, body?: unknown): Promise<VendorSubscription | 'gone'> {
    const answer = await ask('PUT', path, body);
    return answer.status === 403 || answer.status === 404 ? 'gone' : parse(subscription, answer);
  }

  return {
    list: async () => parse(z.array(subscription), await ask('GET', '')),
    async create({ dataType, eventType }) {
      const body = { ...common, data_type: dataType, event_type: eventType };
      const answer = await ask('POST', '', body);
      return answer.status === 409 ? 'exists' : parse(subscription, answer);
    },
    renew: (id) => change(`/renew/${encodeURIComponent(id)}`),
    redirect: ({ id, dataType, eventType }) =>
      change(`/${encodeURIComponent(id)}`, { ...common, data_type: dataType, event_type: eventType }),
  };
}

function parse<T>(schema: z.ZodType<T>, { status, body }: Answer): T {
  const read = schema.safeParse(body);
  if (status >= 200 && status < 300 && read.success) return read.data;
  throw new CodedError(
    'subscription_refused',
    'permanent',
    `Oura refuses a request about a subscription with status ${status}.`,
  );
}
