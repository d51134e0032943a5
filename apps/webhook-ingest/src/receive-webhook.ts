import { mayAccess, type Principal } from '@bridge/auth';
import { flatBodyToEvent, type BiometricEvent, type Problem, type ReservedSource } from '@bridge/contracts';
import { parseJsonBytes } from './parse-json-bytes.ts';

export type Delivery = {
  /** The route says whose device it was. */
  readonly source: ReservedSource;
  readonly raw: Buffer;
  readonly principal: Principal;
};

/** What becomes of a delivery; every kind but `accepted` leaves nothing behind. */
export type Receipt =
  | { readonly kind: 'accepted'; readonly eventId: string }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'invalid'; readonly reason: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'forbidden' };

type Deps = {
  /** Resolves once the event is durable, and its body where PostgreSQL can be reached; throws a transient error when nothing durable can be reached. */
  readonly accept: (event: BiometricEvent, raw: Buffer) => Promise<void>;
  readonly now: () => number;
  readonly retentionDays: number;
};

/** In: a flat body under a verified key. Out: one event on `biometric.events`. Accepted means durable. */
export function createReceiveWebhook({ accept, now, retentionDays }: Deps) {
  return async function receiveWebhook({ source, raw, principal }: Delivery): Promise<Receipt> {
    const body = parseJsonBytes(raw);
    if (!body.ok) return { kind: 'malformed' };

    const event = flatBodyToEvent(body.value, { source, raw, arrivalMs: now(), retentionDays });
    if (event.kind === 'invalid') return event;
    if (!mayAccess(principal, event.value.user_id)) return { kind: 'forbidden' };

    await accept(event.value, raw);
    return { kind: 'accepted', eventId: event.value.event_id };
  };
}
