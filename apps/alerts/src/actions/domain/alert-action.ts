import { createHash } from 'node:crypto';
import type { acknowledgeBodySchema, Problem, snoozeBodySchema } from '@bridge/contracts';
import type { z } from 'zod';
import type { AlertAction, Episode } from '../../episodes/domain/episode.ts';

/** With the client's own id of the request, where it gave one: the same id again is the same action. */
export type RequestedAction = AlertAction & { readonly requestId?: string };

export type ActionResult =
  | { readonly kind: 'changed' | 'unchanged'; readonly episode: Episode }
  | { readonly kind: 'missing' }
  /** Nobody can take care of an alert that is over. */
  | { readonly kind: 'ended' };

/** The event key of a request that names its id. Another action under the same id is another request. */
export function requestKey(
  requestId: string,
  {
    alertId,
    type,
    by,
  }: { readonly alertId: string; readonly type: AlertAction['type']; readonly by: string },
): Buffer {
  const text = JSON.stringify(['action', alertId, type, by, requestId]);
  return createHash('sha256').update(text).digest().subarray(0, 16);
}

const mostAheadMs = 90 * 86_400_000;

type Period = z.output<typeof acknowledgeBodySchema> | z.output<typeof snoozeBodySchema>;

export type Deadline =
  { readonly ok: true; readonly until: number | null } | { readonly ok: false; readonly problem: Problem };

/** When an acknowledgement ends, by the service's own clock. */
export function deadlineOf({ until, for_minutes }: Period, now: number): Deadline {
  if (for_minutes !== undefined) return { ok: true, until: now + for_minutes * 60_000 };
  if (until === undefined) return { ok: true, until: null };
  const at = Date.parse(until);
  if (at <= now) return { ok: false, problem: { path: 'until', message: 'must lie in the future' } };
  if (at > now + mostAheadMs) {
    return { ok: false, problem: { path: 'until', message: 'must lie at most 90 days ahead' } };
  }
  return { ok: true, until: at };
}
