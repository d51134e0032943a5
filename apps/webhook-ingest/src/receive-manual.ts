import { mayAccess, type Principal } from '@bridge/auth';
import type { BiometricEvent, Problem } from '@bridge/contracts';
import { isManualBody } from './domain/manual/manual-body.ts';
import { manualEvent, type UnderstoodReading } from './domain/manual/manual-event.ts';
import { parseJsonBytes } from './parse-json-bytes.ts';

export type ManualReceipt =
  | { readonly kind: 'accepted'; readonly eventId: string; readonly readings: readonly UnderstoodReading[] }
  /** No list of readings: a flat body, of which nothing was looked at yet. */
  | { readonly kind: 'flat' }
  | { readonly kind: 'invalid'; readonly reason: string; readonly problems: readonly Problem[] }
  | { readonly kind: 'forbidden' };

type Deps = {
  /** Resolves once the event is durable, and its body where PostgreSQL can be reached. */
  readonly accept: (event: BiometricEvent, raw: Buffer) => Promise<void>;
  readonly now: () => number;
  readonly retentionDays: number;
};

/** In: readings by hand, with units. Out: one event, and how each reading was understood. */
export function createReceiveManual({ accept, now, retentionDays }: Deps) {
  return async function receiveManual(raw: Buffer, principal: Principal): Promise<ManualReceipt> {
    const body = parseJsonBytes(raw);
    if (!body.ok || !isManualBody(body.value)) return { kind: 'flat' };
    const made = manualEvent(body.value, { raw, arrivalMs: now(), retentionDays });
    if (made.kind === 'invalid') return made;
    if (!mayAccess(principal, made.event.user_id)) return { kind: 'forbidden' };
    await accept(made.event, raw);
    return { kind: 'accepted', eventId: made.event.event_id, readings: made.readings };
  };
}
