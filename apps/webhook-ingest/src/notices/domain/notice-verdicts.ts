import type { FetchResult, Round } from './fetch-round.ts';
import { wasDeleted, type NoticedObject } from './group-notices.ts';
import { retryMissing } from './missing-object.ts';

export type FinalState = 'resolved' | 'unknown_type' | 'gave_up';

export type NoticePostponement = { readonly noticeId: string; readonly untilMs: number };

/** The outcome of notices, by their ids. */
export type NoticeVerdicts = {
  readonly settled: ReadonlyMap<string, FinalState>;
  readonly postponed: readonly NoticePostponement[];
  /** Data types of which a document came. */
  readonly arrived: ReadonlySet<string>;
};

/** An object with a result to store. */
export type StorableResult = {
  readonly object: NoticedObject;
  readonly answer: Extract<FetchResult['answer'], { kind: 'document' | 'deleted' }>;
};

export type RoundVerdict = { readonly found: readonly StorableResult[]; readonly verdicts: NoticeVerdicts };

const longestPauseMs = 300_000;
const refusedForMs = 86_400_000;

/** Sorts the results of a round: those to store, oldest first, and the verdicts on the notices once they are stored. */
export function classifyRound({ fetched, failed }: Round, nowMs: number): RoundVerdict {
  const found: StorableResult[] = [];
  const settled = new Map<string, FinalState>();
  const postponed: NoticePostponement[] = [];
  const arrived = new Set<string>();

  for (const { object, answer } of fetched) {
    if (answer.kind === 'document') arrived.add(object.dataType);
    if (answer.kind === 'document' || answer.kind === 'deleted') found.push({ object, answer });
    else if (answer.kind === 'unknown_type') settleAll(object, 'unknown_type');
    else if (answer.kind === 'not_granted') postponeRefused(object, nowMs, { settled, postponed });
    else if (wasDeleted(object)) found.push({ object, answer: { kind: 'deleted' } });
    else postponeMissing(object, nowMs, { settled, postponed });
  }
  for (const { object } of found) settleAll(object, 'resolved');
  // The vendor is up but fails for some objects: those must not hold up the others.
  const isThere = fetched.some(({ answer }) => answer.kind === 'document');
  for (const { by, at } of failed) {
    if (by.kind === 'unavailable' && (isThere || by.isFault === true))
      postponed.push(...behindOthers(at, by, nowMs));
  }
  found.sort((a, b) => newestOf(a.object) - newestOf(b.object));
  return { found, verdicts: { settled, postponed, arrived } };

  function settleAll({ notices }: NoticedObject, state: FinalState): void {
    for (const { noticeId } of notices) settled.set(noticeId, state);
  }
}

type Into = { readonly settled: Map<string, FinalState>; readonly postponed: NoticePostponement[] };

/** Nothing was stored of this object: its notices are retried, each at its own time. */
export function postponeMissing({ notices }: NoticedObject, nowMs: number, into: Into): void {
  for (const { noticeId, attempts, receivedMs } of notices) {
    const verdict = retryMissing(attempts, nowMs - receivedMs);
    if (verdict.kind === 'give_up') into.settled.set(noticeId, 'gave_up');
    else into.postponed.push({ noticeId, untilMs: nowMs + verdict.inMs });
  }
}

/** Longer than until the next round, so that it begins with other objects. */
function behindOthers(
  { notices }: NoticedObject,
  { retryAfterMs, ofAll = false }: { readonly retryAfterMs: number; readonly ofAll?: boolean },
  nowMs: number,
): NoticePostponement[] {
  return notices.map(({ noticeId, attempts }) => {
    // While the vendor is down the object is not at fault: it must not wait long once the vendor is back.
    const doublings = ofAll ? 1 : Math.min(attempts + 1, 10);
    return { noticeId, untilMs: nowMs + Math.min(longestPauseMs, retryAfterMs * 2 ** doublings) };
  });
}

/** Retries once when the notice is a day old: the person may have granted the scope by then. */
function postponeRefused({ notices }: NoticedObject, nowMs: number, into: Into): void {
  for (const { noticeId, receivedMs } of notices) {
    if (nowMs - receivedMs >= refusedForMs) into.settled.set(noticeId, 'gave_up');
    else into.postponed.push({ noticeId, untilMs: receivedMs + refusedForMs });
  }
}

function newestOf({ notices }: NoticedObject): number {
  return Math.max(...notices.map(({ receivedMs }) => receivedMs));
}
