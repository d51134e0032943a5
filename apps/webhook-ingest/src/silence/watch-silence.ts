import type { AlertStateSignal } from '@bridge/contracts';
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
  /** Connections that may be silent, or were: a page behind `after`, in the order of their ids. */
  suspects(now: number, after: string | undefined): Promise<readonly string[]>;
  feedStateOf(connectionId: string): Promise<FeedState | undefined>;
  /**
   * Lets `decide` look at the situation while nothing of this person arrives. What it returns is stored, and its signal
   * is on its way, in one transaction.
   */
  settle(
    person: LiveSubject,
    connectionId: string,
    decide: (
      state: FeedState,
    ) => { readonly reported: ReportedSilence; readonly signal: AlertStateSignal } | undefined,
  ): Promise<void>;
  /** Forgets what was told about a connection of an erased person. */
  forget(connectionId: string): Promise<void>;
};

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  readonly intervals: readonly ExpectedInterval[];
  readonly store: SilenceStore;
  readonly people: (subjectIds: readonly string[]) => Promise<ReadonlyMap<string, Subject>>;
  /** What the vendor lists of a data type since then. */
  readonly listSince: (connection: Connection, dataType: string, sinceMs: number) => Promise<PageAnswer>;
  /** Has the connection's history pulled again. */
  readonly fetchHistory: (connectionId: string) => Promise<void>;
  readonly log: Log;
  readonly now: () => number;
};

/**
 * Looks for data types of which nothing came for longer than their rhythm, finds out why, and tells it. In: the time, by
 * cron. Out: signals on `biometric.alerts` by the outbox, and jobs that fetch what never came.
 */
export function createWatchSilence(deps: Deps) {
  const { vendors, intervals, store, people, listSince, fetchHistory, log, now } = deps;

  return async function watchSilence(): Promise<void> {
    const failures: unknown[] = [];
    let page = await store.suspects(now(), undefined);
    while (page.length > 0) {
      for (const connectionId of page) {
        // One that cannot be judged must not silence the others.
        await watchConnection(connectionId).catch((error: unknown) => failures.push(error));
      }
      page = await store.suspects(now(), page.at(-1));
    }
    if (failures.length === 0) return;
    log.warn('connections could not be looked at for silence', { count: failures.length });
    throw failures[0];
  };

  async function watchConnection(connectionId: string): Promise<void> {
    const state = await store.feedStateOf(connectionId);
    if (state === undefined) return;
    const { connection } = state;
    const person = (await people([connection.subjectId])).get(connection.subjectId);
    if (person === undefined || person.erased) return store.forget(connectionId);

    const causes = await askedCauses(connection, findSilences(state, now(), intervals));
    const changeOf = (current: FeedState) =>
      silenceChange(current, withCauses(findSilences(current, now(), intervals), causes), {
        userId: person.userId,
        now: now(),
      });
    // First, since what is told once is not asked again.
    if ([...causes.values()].includes('missed')) await fetchHistory(connectionId);
    if (changeOf(state) === undefined) return;
    // Decided again on what is there by then: something may have arrived while the vendor was asked.
    await store.settle(person, connectionId, changeOf);
  }

  async function askedCauses(
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

/** Those whose cause nobody could tell are left for the next look. */
function withCauses(found: readonly SilenceFinding[], asked: ReadonlyMap<string, SilenceCause>): Silence[] {
  return found.flatMap(({ dataType, sinceMs, cause }) => {
    const known = cause ?? asked.get(dataType);
    return known === undefined ? [] : [{ dataType, sinceMs, cause: known }];
  });
}
