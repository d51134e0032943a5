import { mayAccess, type Principal } from '@bridge/auth';
import type { BiometricEvent, Problem } from '@bridge/contracts';
import { isManualBody } from './domain/manual-body.ts';
import { manualEvent, type ManualReading } from './domain/manual-event.ts';
import { parseJsonBytes } from '../documents/domain/parse-json-bytes.ts';

export type ManualReceipt =
  | { readonly kind: 'accepted'; readonly eventId: string; readonly readings: readonly ManualReading[] }
  /** No list of readings: a flat body, which was not parsed yet. */
  | { readonly kind: 'flat' }
  | { readonly kind: 'invalid'; readonly reason: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'forbidden' };

type Deps = {
  /** Resolves once the event is durable, and its body where PostgreSQL can be reached. */
  readonly accept: (event: BiometricEvent, raw: Buffer) => Promise<void>;
  readonly now: () => number;
  readonly retentionDays: number;
};

export type ReceiveManual = (raw: Buffer, principal: Principal) => Promise<ManualReceipt>;

/** In: readings by hand, with units. Out: one event, and how each reading was interpreted. */
export function createReceiveManual({ accept, now, retentionDays }: Deps): ReceiveManual {
  return async function receiveManual(raw, principal) {
    const body = parseJsonBytes(raw);
    if (!body.ok || !isManualBody(body.value)) return { kind: 'flat' };
    const made = manualEvent(body.value, { raw, arrivalMs: now(), retentionDays });
    if (made.kind === 'invalid') return made;
    if (!mayAccess(principal, made.event.user_id)) return { kind: 'forbidden' };
    await accept(made.event, raw);
    return { kind: 'accepted', eventId: made.event.event_id, readings: made.readings };
  };
}
