import type { AlertMatch, Problem, SilenceBody, silenceStates } from '@bridge/contracts';
import { groupProblems, matchSizeProblems } from './check-routing.ts';

const minute = 60_000;
const longestSilence = 90 * 24 * 60 * minute;
/** So far the clock of whoever asks may be behind. */
const clockTolerance = 5 * minute;

export type SilenceState = (typeof silenceStates)[number];

type Times = { readonly beginsAt: number; readonly endsAt: number };

export function silenceState({ beginsAt, endsAt }: Times, now: number): SilenceState {
  if (endsAt <= now) return 'expired';
  return beginsAt <= now ? 'active' : 'pending';
}

/** When a silence begins and ends, or why it cannot be. */
export function planSilence(
  { match, begins_at, ends_at }: SilenceBody,
  { now, groups }: { readonly now: number; readonly groups: ReadonlySet<string> },
): { readonly kind: 'planned'; readonly times: Times } | { kind: 'invalid'; problems: readonly Problem[] } {
  const given = begins_at === undefined ? now : Date.parse(begins_at);
  const beginsAt = Math.max(given, now);
  const endsAt = Date.parse(ends_at);
  const problems = [
    ...(given < now - clockTolerance ? [{ path: 'begins_at', message: 'must not be in the past' }] : []),
    ...endProblems({ beginsAt, endsAt }, now),
    ...matchSizeProblems(match, 'match'),
    ...groupProblems(match, 'match', groups),
  ];
  return problems.length > 0
    ? { kind: 'invalid', problems }
    : { kind: 'planned', times: { beginsAt, endsAt } };
}

function endProblems({ beginsAt, endsAt }: Times, now: number): Problem[] {
  const path = 'ends_at';
  if (endsAt <= now) return [{ path, message: 'must not be in the past' }];
  if (endsAt <= beginsAt) return [{ path, message: 'must be after begins_at' }];
  if (endsAt - beginsAt > longestSilence)
    return [{ path, message: 'must be at most 90 days after begins_at' }];
  return [];
}

/**
 * Whether a silence concerns only persons of this list; undefined is everybody. One that names groups does not: whoever may
 * make it would learn which groups there are, and who belongs to them.
 */
export function silencesOnly(match: AlertMatch, users: ReadonlySet<string> | undefined): boolean {
  if (users === undefined) return true;
  if (match.group !== undefined) return false;
  return match.user_id?.every((user) => typeof user === 'string' && users.has(user)) ?? false;
}
