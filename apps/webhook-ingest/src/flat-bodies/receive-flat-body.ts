import { mayAccess, type Principal } from '@bridge/auth';
import { flatBodyToEvent, type BiometricEvent, type Problem } from '@bridge/contracts';
import { parseJsonBytes } from '../documents/domain/parse-json-bytes.ts';

export type FlatDelivery = {
  /** The route says whose device it was. */
  readonly source: string;
  readonly raw: Buffer;
  readonly principal: Principal;
};

/** The outcome of a delivery; every kind but `accepted` leaves nothing behind. */
export type FlatReceipt =
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

export type ReceiveFlatBody = (delivery: FlatDelivery) => Promise<FlatReceipt>;

/** In: a flat body under a verified key. Out: one event on `biometric.events`. Accepted means durable. */
export function createReceiveFlatBody({ accept, now, retentionDays }: Deps): ReceiveFlatBody {
  return async function receiveFlatBody({ source, raw, principal }) {
    const body = parseJsonBytes(raw);
    if (!body.ok) return { kind: 'malformed' };

    const event = flatBodyToEvent(body.value, { source, raw, arrivalMs: now(), retentionDays });
    if (event.kind === 'invalid') return event;
    if (!mayAccess(principal, event.value.user_id)) return { kind: 'forbidden' };

    await accept(event.value, raw);
    return { kind: 'accepted', eventId: event.value.event_id };
  };
}
