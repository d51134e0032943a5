import { modes, parseInWords, severities } from '@bridge/contracts';
import { mayAccess, type Principal } from '@bridge/auth';
import type { Problem } from '@bridge/service-runtime';
import { z } from 'zod';
import type { StreamFilter } from '../domain/stream-filter.ts';
import { notForThisKey } from './requested-users.ts';

export type StreamRequest = {
  readonly filter: StreamFilter;
  /** From the query, for clients that can't set the header. */
  readonly lastEventId: string | undefined;
};

export type StreamRequestResult =
  ({ readonly ok: true } & StreamRequest) | { readonly ok: false; readonly problem: Problem };

const mostUsers = 50;

/** Once, or several times. */
const several = <Item extends z.ZodType>(item: Item, most: number) =>
  z.preprocess(
    (value) => (value === undefined || Array.isArray(value) ? value : [value]),
    z.array(item).min(1).max(most).optional(),
  );

const streamParameters = z.strictObject({
  user_id: several(z.string().min(1).max(256), mostUsers),
  kind: several(z.enum(['event', 'transition', 'alert', 'insight']), 4),
  mode: several(z.enum(modes), modes.length),
  severity: z.enum(severities).optional(),
  last_event_id: z.string().max(8_192).optional(),
  ticket: z.string().max(256).optional(),
});

/** Which frames a caller asks for, as far as it may have them; no `user_id` means everyone whom it may see. */
export function readStreamQuery(query: unknown, principal: Principal): StreamRequestResult {
  const parsed = parseInWords(streamParameters, query);
  if (!parsed.success) {
    const errors = parsed.error.issues.map(({ path, message, code }) => ({
      // An unknown parameter's name comes from the caller and is not repeated.
      path: Object.hasOwn(streamParameters.shape, String(path[0])) ? String(path[0]) : '(query)',
      message: code === 'unrecognized_keys' ? 'holds a parameter that is not known' : message,
    }));
    return { ok: false, problem: { status: 400, detail: 'A parameter does not validate.', errors } };
  }
  const { user_id, kind, mode, severity, last_event_id } = parsed.data;
  if (user_id?.some((user) => !mayAccess(principal, user)) === true) {
    return { ok: false, problem: notForThisKey };
  }
  const setOf = <Item>(items: readonly Item[] | undefined) => items && new Set(items);
  const filter = {
    users: setOf(user_id) ?? principal.users,
    kinds: setOf(kind),
    modes: setOf(mode),
    severity,
  };
  return { ok: true, filter, lastEventId: last_event_id };
}
