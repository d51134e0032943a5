import { hash } from 'node:crypto';
import { CodedError } from '@bridge/core';
import type { AnnounceDeadLetters, BatchTransaction, BeginBatch } from '@bridge/delivery';
import type { IncomingMessage } from '@bridge/kafka';
import { byteaArray, type EventKey } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { Episode, TimedSignal } from '../../episodes/domain/episode.ts';
import type { AlertBatch, SignalContext, SignalOutcome } from '../handle-alert-signals.ts';
import type { AlertMetrics } from '../signal-metrics.ts';
import type { AnnounceChange } from '../../episodes/rows/change-messages.ts';
import {
  episodeColumns,
  unsealEpisode,
  writeEpisodes,
  type EpisodeRow,
} from '../../episodes/rows/episode-rows.ts';

export type AlertBatchDeps = {
  readonly beginBatch: BeginBatch;
  readonly vault: Vault;
  readonly announceChange: AnnounceChange;
  readonly announceDeadLetters: AnnounceDeadLetters;
  readonly metrics: AlertMetrics;
};

export type OpenAlertBatch = (messages: readonly IncomingMessage[]) => AlertBatch;

/** Persons by user id, and the versions of the episodes that are locked, by alert id. */
type LockedRows = {
  readonly people: ReadonlyMap<string, LiveSubject>;
  readonly versions: ReadonlyMap<string, number>;
};

type State =
  | { readonly phase: 'opened' }
  | { readonly phase: 'loaded'; readonly rows: LockedRows }
  | { readonly phase: 'staged'; readonly outcomes: readonly SignalOutcome[] };

/**
 * Reads and writes one batch in one transaction that stays open in between. Rows are locked in one order: positions,
 * event keys sorted, episodes sorted. The next batch waits at the positions until this one is committed.
 */
export function createAlertBatches(deps: AlertBatchDeps): OpenAlertBatch {
  return function openBatch(messages) {
    const transaction = deps.beginBatch(messages, true);
    let state: State = { phase: 'opened' };
    return {
      async loadContext(signals) {
        const { context, rows } = await loadContext(deps.vault, transaction, signals);
        state = { phase: 'loaded', rows };
        return context;
      },
      async stage(outcomes, episodes, attempt) {
        if (state.phase !== 'loaded') {
          throw new CodedError('not_loaded', 'permanent', 'a batch was staged before it was read');
        }
        await stage(deps, transaction, { rows: state.rows, outcomes, episodes, attempt });
        state = { phase: 'staged', outcomes };
      },
      commit: (moves) => transaction.commit(moves),
      settled() {
        transaction.handOver();
        if (state.phase === 'staged') deps.metrics.handled(state.outcomes);
      },
      abandon: () => transaction.abandon(),
    };
  };
}

async function loadContext(
  vault: Vault,
  transaction: BatchTransaction,
  signals: readonly TimedSignal[],
): Promise<{ context: SignalContext; rows: LockedRows }> {
  const subjects = await vault.subjectsFor(new Set(signals.map(({ user_id }) => user_id)));
  const fresh = await transaction.claim(keysOf(signals));
  const episodes = await lockEpisodes(transaction, signals);
  const all = [...subjects];
  return {
    context: {
      fresh,
      erasedUsers: new Set(all.flatMap(([userId, { erased }]) => (erased ? [userId] : []))),
      episodes: await unsealEpisodes(vault, episodes),
    },
    rows: {
      people: new Map(all.flatMap(([userId, subject]) => (subject.erased ? [] : [[userId, subject]]))),
      versions: new Map(episodes.map(({ alertId, version }) => [alertId.toString('hex'), version])),
    },
  };
}

function lockEpisodes({ query }: BatchTransaction, signals: readonly TimedSignal[]): Promise<EpisodeRow[]> {
  const ids = [...new Set(signals.map(({ alert_id }) => alert_id))].map((id) => Buffer.from(id, 'hex'));
  return query<EpisodeRow>(
    `select ${episodeColumns} from alerts.episodes where alert_id = any($1::bytea[]) order by alert_id for update`,
    [byteaArray(ids)],
  );
}

async function unsealEpisodes(
  vault: Vault,
  rows: readonly EpisodeRow[],
): Promise<Map<string, Episode | 'unreadable'>> {
  const owners = await vault.byId(rows.map(({ subjectId }) => subjectId));
  return new Map(
    rows.map((row) => {
      const owner = owners.get(row.subjectId);
      const readable = owner !== undefined && !owner.erased;
      return [row.alertId.toString('hex'), readable ? unsealEpisode(row, owner) : 'unreadable'];
    }),
  );
}

type StageInput = {
  readonly rows: LockedRows;
  readonly outcomes: readonly SignalOutcome[];
  readonly episodes: ReadonlyMap<string, Episode>;
  readonly attempt: number;
};

async function stage(
  { announceChange, announceDeadLetters }: AlertBatchDeps,
  transaction: BatchTransaction,
  { rows: { people, versions }, outcomes, episodes, attempt }: StageInput,
): Promise<void> {
  const writes = [...episodes.values()].map((episode) => ({
    episode,
    fromVersion: versions.get(episode.alertId) ?? 0,
    person: personOf(people, episode.userId),
  }));
  const changes = outcomes.flatMap(({ outcome }) =>
    outcome.kind === 'ok' && 'change' in outcome.value ? [outcome.value] : [],
  );
  const deadLetters = outcomes.flatMap(({ message, outcome }) =>
    outcome.kind === 'deadLetter' ? [{ message, reason: outcome.reason }] : [],
  );
  const announcements = [
    ...changes.map((change) => announceChange(change, personOf(people, change.change.user_id))),
    ...(await announceDeadLetters(deadLetters, attempt)),
  ];
  const statements = writes.length > 0 ? [writeEpisodes(writes)] : [];
  transaction.stage(Promise.resolve(statements), announcements);
}

function personOf(people: LockedRows['people'], userId: string): LiveSubject {
  const person = people.get(userId);
  if (person === undefined) throw new CodedError('person_missing', 'permanent', 'an episode has no person');
  return person;
}

/** One key per signal id, with the content of its first signal. */
function keysOf(signals: readonly TimedSignal[]): EventKey[] {
  const first = new Map(signals.toReversed().map((signal) => [signal.signal_id, signal]));
  return [...first].map(([id, signal]) => ({
    key: Buffer.from(id, 'hex'),
    contentHash: hash('sha256', JSON.stringify(signal), 'buffer').subarray(0, 8),
  }));
}
