import type { AlertStateSignal, Language } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import type { LiveSubject, Subject } from '@bridge/vault';
import type { Connection } from '../connections/domain/connection.ts';
import type { PageAnswer } from '../vendors/vendor-answer.ts';
import { causeOfAnswer } from './domain/cause-of-answer.ts';
import { findSilences, type SilenceFinding } from './domain/find-silences.ts';
import { silenceChange } from './domain/silence-signal.ts';
import type { ExpectedInterval } from './domain/expected-intervals.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { Silence, SilenceCause, FeedState, ReportedSilence } from './domain/feed-state.ts';

export type SilenceStore = {
  /** Connections that may be silent, or were reported: a page after `after`, in the order of their ids. */
  suspects(now: number, after: string | undefined): Promise<readonly string[]>;
  feedStateOf(connectionId: string): Promise<FeedState | undefined>;
  /**
   * Lets `decide` look at the state while nothing of this person can arrive. Its result is stored and its signal added to
   * the outbox in one transaction.
   */
  settle(
    person: LiveSubject,
    connectionId: string,
    decide: (
      state: FeedState,
    ) => { readonly reported: ReportedSilence; readonly signal: AlertStateSignal } | undefined,
  ): Promise<void>;
  /** Forgets the reported silences of an erased person's connection. */
  forget(connectionId: string): Promise<void>;
};

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  readonly intervals: readonly ExpectedInterval[];
  readonly store: SilenceStore;
  readonly people: (subjectIds: readonly string[]) => Promise<ReadonlyMap<string, Subject>>;
  /** Undefined: the person has stated none. */
  readonly languageOf: (userId: string) => Promise<Language | undefined>;
  /** Lists the vendor's documents of a data type since then. */
  readonly listSince: (connection: Connection, dataType: string, sinceMs: number) => Promise<PageAnswer>;
  /** Queues another pull of the connection's history. */
  readonly fetchHistory: (connectionId: string) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * Finds data types that have been silent for longer than their expected interval, finds the cause, and reports it. In: the
 * time, by cron. Out: signals on `biometric.alerts` through the outbox, and jobs that fetch missed documents.
 */
export function createWatchSilence(deps: Deps) {
  const { vendors, intervals, store, people, languageOf, listSince, fetchHistory, log, now } = deps;

  return async function watchSilence(): Promise<void> {
    const failures: unknown[] = [];
    let page = await store.suspects(now(), undefined);
    while (page.length > 0) {
      for (const connectionId of page) {
        // A failure for one connection must not hide the others.
        await watchConnection(connectionId).catch((error: unknown) => failures.push(error));
      }
      page = await store.suspects(now(), page.at(-1));
    }
    if (failures.length === 0) return;
    log.warn('silence check failed for some connections', { count: failures.length });
    throw failures[0];
  };

  async function watchConnection(connectionId: string): Promise<void> {
    const state = await store.feedStateOf(connectionId);
    if (state === undefined) return;
    const { connection } = state;
    const person = (await people([connection.subjectId])).get(connection.subjectId);
    if (person === undefined || person.erased) return store.forget(connectionId);

    const causes = await loadCauses(connection, findSilences(state, now(), intervals));
    const { userId } = person;
    const changeIn = (language: Language | undefined) => (current: FeedState) =>
      silenceChange(current, withCauses(findSilences(current, now(), intervals), causes), {
        userId,
        language,
        now: now(),
      });
    // Before the report: once reported, the cause is not asked for again.
    if ([...causes.values()].includes('missed')) await fetchHistory(connectionId);
    if (changeIn(undefined)(state) === undefined) return;
    const language = await languageOf(userId);
    // Decided again under the lock: something may have arrived while the vendor was asked.
    await store.settle(person, connectionId, changeIn(language));
  }

  async function loadCauses(
    connection: Connection,
    found: readonly SilenceFinding[],
  ): Promise<ReadonlyMap<string, SilenceCause>> {
    const causes = new Map<string, SilenceCause>();
    const vendor = vendors.get(connection.vendor);
    for (const { dataType, sinceMs, cause } of found) {
      if (cause !== undefined) continue;
      const answer = await listSince(connection, dataType, sinceMs);
      const reported = causeOfAnswer(answer, { vendor, dataType, sinceMs });
      if (reported !== undefined) causes.set(dataType, reported);
    }
    return causes;
  }
}

/** Silences without a known cause are left for the next check. */
function withCauses(found: readonly SilenceFinding[], asked: ReadonlyMap<string, SilenceCause>): Silence[] {
  return found.flatMap(({ dataType, sinceMs, cause }) => {
    const known = cause ?? asked.get(dataType);
    return known === undefined ? [] : [{ dataType, sinceMs, cause: known }];
  });
}
