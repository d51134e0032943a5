import { hash } from 'node:crypto';
import { CodedError } from '@bridge/core';
import { deadLetterMessage, packMessage, type IncomingMessage, type Relay } from '@bridge/kafka';
import {
  byteaArray,
  holdTransaction,
  type EventKey,
  type EventKeys,
  type Outbox,
  type Positions,
  type Postgres,
  type Statement,
} from '@bridge/postgres';
import type { LiveSubject, OutboxSeal, Vault } from '@bridge/vault';
import type { Episode, TimedSignal } from '../domain/episode.ts';
import type { AlertBatch, SignalOutcome, SignalContext } from '../handle-alert-signals.ts';
import type { AlertMetrics } from './alert-metrics.ts';
import type { Announce, Announcement } from './change-messages.ts';
import {
  episodeColumns,
  unsealEpisode,
  writeEpisodes,
  type EpisodeRow,
  type EpisodeWrite,
} from './episode-rows.ts';

export type AlertBatchDeps = {
  readonly postgres: Postgres;
  readonly positions: Positions;
  readonly eventKeys: EventKeys;
  readonly outbox: Outbox;
  readonly vault: Vault;
  readonly announce: Announce;
  readonly outboxSeal: OutboxSeal;
  readonly relay: Pick<Relay, 'offer'>;
  readonly metrics: AlertMetrics;
  readonly now: () => number;
};

export function createAlertBatches(deps: AlertBatchDeps) {
  return (messages: readonly IncomingMessage[]) => createAlertBatch(deps, messages);
}

/**
 * Reads and writes one batch in one transaction that stays open in between. Rows are locked in one order: positions,
 * event keys sorted, episodes sorted. The next batch waits at the positions until this one is committed.
 */
function createAlertBatch(deps: AlertBatchDeps, messages: readonly IncomingMessage[]): AlertBatch {
  const { postgres, positions, eventKeys, outbox, vault, announce, relay, metrics } = deps;
  const held = holdTransaction<number[]>(postgres);
  let people = new Map<string, LiveSubject>();
  let versions = new Map<string, number>();
  let handled: readonly SignalOutcome[] = [];
  let writes: readonly EpisodeWrite[] = [];
  let announced: readonly Announcement[] = [];
  let blocked: ReadonlySet<string> = new Set();
  let outboxIds: readonly number[] = [];

  async function know(signals: readonly TimedSignal[]): Promise<SignalContext> {
    const subjects = await vault.subjectsFor(new Set(signals.map(({ user_id }) => user_id)));
    const all = [...subjects.entries()];
    people = new Map(all.flatMap(([userId, subject]) => (subject.erased ? [] : [[userId, subject]])));
    await lockPositions();
    const claimed = await eventKeys.claim(held.query, keysOf(signals));
    const rows = await lockEpisodes(signals);
    versions = new Map(rows.map(({ alertId, version }) => [alertId.toString('hex'), version]));
    return {
      fresh: claimed,
      erasedUsers: new Set(all.flatMap(([userId, { erased }]) => (erased ? [userId] : []))),
      episodes: await openEpisodes(rows),
    };
  }

  async function lockPositions(): Promise<void> {
    const partitions = [
      ...new Map(messages.map((one) => [`${one.topic}/${String(one.partition)}`, one])).values(),
    ];
    await positions.lock(
      held.query,
      partitions.map(({ topic }) => topic),
      partitions.map(({ partition }) => partition),
    );
  }

  function lockEpisodes(signals: readonly TimedSignal[]): Promise<EpisodeRow[]> {
    const ids = [...new Set(signals.map(({ alert_id }) => alert_id))].map((id) => Buffer.from(id, 'hex'));
    return held.query<EpisodeRow>(
      `select ${episodeColumns} from alerts.episodes where alert_id = any($1::bytea[]) order by alert_id for update`,
      [byteaArray(ids)],
    );
  }

  async function openEpisodes(rows: readonly EpisodeRow[]): Promise<Map<string, Episode | 'unreadable'>> {
    const owners = await vault.byId(rows.map(({ subjectId }) => subjectId));
    return new Map(
      rows.map((row) => {
        const owner = owners.get(row.subjectId);
        const readable = owner !== undefined && !owner.erased;
        return [row.alertId.toString('hex'), readable ? unsealEpisode(row, owner) : 'unreadable'];
      }),
    );
  }

  async function stage(
    result: readonly SignalOutcome[],
    episodes: ReadonlyMap<string, Episode>,
    attempt: number,
  ) {
    handled = result;
    writes = [...episodes.values()].map((episode) => ({
      episode,
      fromVersion: versions.get(episode.alertId) ?? 0,
      person: personOf(episode.userId),
    }));
    const changes = result.flatMap(({ outcome }) =>
      outcome.kind === 'ok' && 'change' in outcome.value ? [outcome.value] : [],
    );
    const made = changes.map((change) => announce(change, personOf(change.change.user_id)));
    announced = [...made, ...(await deadLetters(attempt))];
    if (made.length > 0)
      blocked = await outbox.blocked(
        held.query,
        writes.map(({ person }) => person.subjectId),
      );
  }

  function personOf(userId: string): LiveSubject {
    const person = people.get(userId);
    if (person === undefined) throw new CodedError('person_missing', 'permanent', 'an episode has no person');
    return person;
  }

  async function deadLetters(attempt: number): Promise<Announcement[]> {
    const dead = handled.flatMap(({ message, outcome }) =>
      outcome.kind === 'deadLetter' ? [{ message, reason: outcome.reason }] : [],
    );
    return Promise.all(
      dead.map(async ({ message: original, reason }) => {
        const { id, ...message } = deadLetterMessage(original, { reason, attempt, at: deps.now() });
        const sealed = await deps.outboxSeal.sealForService(packMessage(message), id);
        return { message, entry: { subjectId: null, ceId: id, topic: message.topic, sealed } };
      }),
    );
  }

  return {
    know,
    stage,
    async commit(moves) {
      outboxIds = await held.finish(async (tx) => {
        const statements: Statement[] = [positions.moveStatement(moves)];
        if (writes.length > 0) statements.push(writeEpisodes(writes));
        if (announced.length > 0) statements.push(outbox.addStatement(announced.map(({ entry }) => entry)));
        const results = await tx.pipelineAndCommit(statements);
        return announced.length > 0 ? (results.at(-1) as { id: number }[]).map(({ id }) => id) : [];
      });
    },
    settled() {
      const rows = announced.flatMap(({ message, entry: { subjectId } }, index) => {
        const id = outboxIds[index];
        return id === undefined ? [] : [{ id, subjectId, message }];
      });
      relay.offer(rows, blocked);
      metrics.handled(handled);
    },
    abandon: () => held.abandon(),
  };
}

/** One key per signal id, with what its first signal said. */
function keysOf(signals: readonly TimedSignal[]): EventKey[] {
  const first = new Map(signals.toReversed().map((signal) => [signal.signal_id, signal]));
  return [...first].map(([id, signal]) => ({
    key: Buffer.from(id, 'hex'),
    contentHash: hash('sha256', JSON.stringify(signal), 'buffer').subarray(0, 8),
  }));
}
