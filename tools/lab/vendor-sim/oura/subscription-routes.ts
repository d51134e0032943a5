import { z } from 'zod';
import { json, noAnswer, parsedJson, type Answer, type Handler, type Route } from '../http/answer.ts';
import type { VendorState } from '../vendor-state.ts';
import { ouraDataTypes } from './collections.ts';
import { passesHandshake } from './handshake.ts';
import type { Subscription, Subscriptions } from './subscriptions.ts';

const eventTypes = ['create', 'update', 'delete'] as const;
const dataType = z.string().refine((name) => ouraDataTypes.has(name), 'value is not a valid data_type');
const creation = z.object({
  callback_url: z.url(),
  verification_token: z.string().min(1),
  event_type: z.enum(eventTypes),
  data_type: dataType,
});
const change = creation.partial().required({ verification_token: true });

const base = '/v2/webhook/subscription';

/** The application's own API: credentials of the application, no person's token. */
export function subscriptionRoutes(state: VendorState, subscriptions: Subscriptions): Route[] {
  const { settings, faults } = state;

  function ofApplication(handle: Handler): Handler {
    return (request) => {
      const { api } = faults.get();
      if (api !== 'up') return api === 'errors' ? json(500, { detail: 'Internal Server Error' }) : noAnswer;
      const { 'x-client-id': id, 'x-client-secret': secret } = request.headers;
      const isOurs = id === settings.clientId && secret === settings.clientSecret;
      return isOurs ? handle(request) : json(401, { detail: 'Unknown client.' });
    };
  }
  /** Oura answers 403 for an unknown id. */
  function ofOne(handle: (known: Subscription, body: string) => Answer | Promise<Answer>): Handler {
    return ofApplication(({ params: { id = '' }, body }) => {
      const known = subscriptions.find(id);
      return known ? handle(known, body) : json(403, { detail: 'Forbidden' });
    });
  }

  const create = ofApplication(async ({ body }) => {
    const given = creation.safeParse(parsedJson(body));
    if (!given.success) return unprocessable(given.error);
    const { verification_token, ...wanted } = given.data;
    if (!(await passesHandshake(wanted.callback_url, verification_token))) return failedHandshake;
    // After the handshake: of two requests at once the second one is refused.
    if (subscriptions.has(wanted)) return json(409, { detail: 'The subscription exists.' });
    return json(201, subscriptions.create(wanted));
  });
  const update = ofOne(async (known, body) => {
    const given = change.safeParse(parsedJson(body));
    if (!given.success) return unprocessable(given.error);
    const { verification_token, ...changes } = given.data;
    const url = changes.callback_url ?? known.callback_url;
    if (!(await passesHandshake(url, verification_token))) return failedHandshake;
    const named = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
    return json(200, subscriptions.update(known, named));
  });
  const remove = ofOne(({ id }) => {
    subscriptions.remove(id);
    return { status: 204 };
  });

  return [
    { method: 'POST', path: base, handle: create },
    { method: 'GET', path: base, handle: ofApplication(() => json(200, subscriptions.all())) },
    { method: 'GET', path: `${base}/:id`, handle: ofOne((known) => json(200, known)) },
    { method: 'PUT', path: `${base}/:id`, handle: update },
    { method: 'DELETE', path: `${base}/:id`, handle: remove },
    // Renewing has no body, so no token to shake hands with.
    {
      method: 'PUT',
      path: `${base}/renew/:id`,
      handle: ofOne((known) => json(200, subscriptions.renew(known))),
    },
  ];
}

const failedHandshake = json(400, { detail: 'The callback did not answer the challenge.' });

function unprocessable({ issues }: z.ZodError): Answer {
  const detail = issues.map(({ path, message, code }) => ({
    loc: ['body', ...path],
    msg: message,
    type: code,
  }));
  return json(422, { detail });
}
