import { z } from 'zod';
import { jsonOf, startReceiver, type Receiver, type ReceiverPlace } from './start-receiver.ts';

const payload = z.strictObject({
  summary: z.string().min(1).max(1_024),
  source: z.string().min(1),
  severity: z.enum(['critical', 'error', 'warning', 'info']),
  timestamp: z.iso.datetime({ offset: true }).optional(),
  component: z.string().optional(),
  group: z.string().optional(),
  class: z.string().optional(),
  custom_details: z.record(z.string(), z.unknown()).optional(),
});

const event = z.strictObject({
  routing_key: z.string().regex(/^[A-Za-z0-9]{32}$/),
  event_action: z.enum(['trigger', 'acknowledge', 'resolve']),
  dedup_key: z.string().min(1).max(255),
  payload,
  client: z.string().optional(),
  client_url: z.url().optional(),
  links: z.array(z.strictObject({ href: z.url(), text: z.string().optional() })).optional(),
  images: z.array(z.unknown()).optional(),
});

/** PagerDuty's Events API v2: 202 for an event that it takes, 400 for one that it does not. */
export function startPagerDutyReceiver(place?: ReceiverPlace): Promise<Receiver> {
  return startReceiver((request) => {
    if (request.method !== 'POST' || request.path !== '/v2/enqueue') return { status: 404 };
    const { success, data } = event.safeParse(jsonOf(request));
    const answer = success
      ? { status: 'success', message: 'Event processed', dedup_key: data.dedup_key }
      : { status: 'invalid event', message: 'Event object is invalid', errors: [] };
    return { status: success ? 202 : 400, body: JSON.stringify(answer) };
  }, place);
}
