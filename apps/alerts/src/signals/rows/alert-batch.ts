import { CodedError } from '@bridge/core';
import type { AnnounceDeadLetters, BatchTransaction, BeginBatch } from '@bridge/delivery';
import type { IncomingMessage } from '@bridge/kafka';
import type { Statement } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { NoteUnreadable } from '../../unreadable-rows.ts';
import type { TimedSignal } from '../../episodes/domain/timed-signal.ts';
import { composeChanges, type ChangeWritesDeps } from '../../episodes/rows/change-writes.ts';
import { lockEpisodes } from '../../episodes/rows/episode-reads.ts';
import { signalKeys } from '../../episodes/rows/signal-keys.ts';
import type { Heartbeat } from '../domain/interpret-signal.ts';
import type { AlertBatch, SignalContext, SignalOutcome } from '../handle-alert-signals.ts';
import type { SignalMetrics } from '../signal-metrics.ts';

export type AlertBatchDeps = ChangeWritesDeps & {
  readonly beginBatch: BeginBatch;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  readonly announceDeadLetters: AnnounceDeadLetters;
  readonly noteHeartbeats: (heartbeats: readonly Heartbeat[]) => Statement;
  readonly metrics: SignalMetrics;
  /** After a commit that changed an episode. */
  readonly planSoon: () => void;
};

export type OpenAlertBatch = (messages: readonly IncomingMessage[]) => AlertBatch;

type State =
  | { readonly phase: 'opened' }
  | { readonly phase: 'loaded'; readonly people: ReadonlyMap<string, LiveSubject> }
  | { readonly phase: 'staged'; readonly outcomes: readonly SignalOutcome[] };

/**
 * Reads and writes one batch in one transaction that stays open in between. Rows are locked in one order: positions,
 * event keys sorted, episodes sorted, notification groups sorted. The next batch waits at the positions until this one is
 * committed.
 */
export function createAlertBatches(deps: AlertBatchDeps): OpenAlertBatch {
  return function openBatch(messages) {
    const transaction = deps.beginBatch(messages, true);
    let state: State = { phase: 'opened' };
    return {
      async loadContext(signals) {
        const { context, people } = await loadContext(deps, transaction, signals);
        state = { phase: 'loaded', people };
        return context;
      },
      async stage(outcomes, attempt) {
        if (state.phase !== 'loaded') {
          throw new CodedError('not_loaded', 'permanent', 'a batch was staged before it was read');
        }
        await stage(deps, transaction, { people: state.people, outcomes, attempt });
        state = { phase: 'staged', outcomes };
      },
      commit: (moves) => transaction.commit(moves),
      settled() {
        transaction.handOver();
        if (state.phase !== 'staged') return;
        deps.metrics.handled(state.outcomes);
        deps.planSoon();
      },
      abandon: () => transaction.abandon(),
    };
  };
}

async function loadContext(
  deps: Pick<AlertBatchDeps, 'vault' | 'noteUnreadable'>,
  transaction: BatchTransaction,
  signals: readonly TimedSignal[],
): Promise<{ context: SignalContext; people: ReadonlyMap<string, LiveSubject> }> {
  const subjects = await deps.vault.subjectsFor(new Set(signals.map(({ user_id }) => user_id)));
  const fresh = await transaction.claim(signalKeys(signals, subjects));
  const episodes = await lockEpisodes(
    { ...deps, query: transaction.query },
    signals.map(({ alert_id }) => alert_id),
  );
  const all = [...subjects];
  return {
    context: {
      fresh,
      erasedUsers: new Set(all.flatMap(([userId, { erased }]) => (erased ? [userId] : []))),
      episodes: new Map(
        [...episodes].map(([id, found]) => [id, found.kind === 'readable' ? found.episode : found.kind]),
      ),
    },
    people: new Map(all.flatMap(([userId, subject]) => (subject.erased ? [] : [[userId, subject]]))),
  };
}

type StageInput = {
  readonly people: ReadonlyMap<string, LiveSubject>;
  readonly outcomes: readonly SignalOutcome[];
  readonly attempt: number;
};

async function stage(
  deps: AlertBatchDeps,
  transaction: BatchTransaction,
  { people, outcomes, attempt }: StageInput,
): Promise<void> {
  const settled = outcomes.flatMap(({ outcome }) => (outcome.kind === 'ok' ? [outcome.value] : []));
  const changes = settled.flatMap((value) => ('after' in value ? [value] : []));
  const heartbeats = settled.flatMap((value) => ('after' in value ? [] : [value]));
  const deadLetters = outcomes.flatMap(({ message, outcome }) =>
    outcome.kind === 'deadLetter' ? [{ message, reason: outcome.reason }] : [],
  );
  const writes = composeChanges(deps, changes, (userId) => personOf(people, userId));
  const statements = heartbeats.length > 0 ? [deps.noteHeartbeats(heartbeats)] : [];
  transaction.stage(Promise.resolve([...writes.statements, ...statements]), [
    ...writes.announcements,
    ...(await deps.announceDeadLetters(deadLetters, attempt)),
  ]);
}

function personOf(people: ReadonlyMap<string, LiveSubject>, userId: string): LiveSubject {
  const person = people.get(userId);
  if (person === undefined) throw new CodedError('person_missing', 'permanent', 'an episode has no person');
  return person;
}
