import { retryVerdict, type Log } from '@bridge/core';
import type { Statement } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { IngestMetrics } from '../metrics.ts';
import type { WaitingNotices } from './rows/waiting-notices.ts';
import type { DeletedSince } from '../documents/rows/deleted-objects.ts';
import type { StoreObjects } from '../documents/rows/store-objects.ts';
import type { Observation } from '../documents/domain/object-observation.ts';
import type { VendorBreaker } from '../vendor-client/vendor-breaker.ts';
import type { CreateSession, VendorSession } from '../vendor-client/vendor-session.ts';
import type { Connection } from '../connections/domain/connection.ts';
import { pausedUntil, dueAt, newestFirst, type QueuePosition } from './domain/queue-position.ts';
import { fetchRound, withoutScope, type FetchResult, type Round } from './domain/fetch-round.ts';
import { groupNotices, noticedSince, type NoticedObject } from './domain/group-notices.ts';
import {
  classifyRound,
  postponeMissing,
  type StorableResult,
  type RoundVerdict,
  type NoticeVerdicts,
} from './domain/notice-verdicts.ts';
import { reconciledSpan, typeOfOtherScope } from '../pulls/domain/pull-plan.ts';
import { isVendorFailure, type VendorFailure } from '../vendors/vendor-answer.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import type { Vendor } from '../vendors/vendor-definition.ts';
import type { HandleVendorFailure } from '../connections/handle-vendor-failure.ts';
import type { ConnectionResult, ConnectionSnapshot, LoadConnection } from '../connections/load-connection.ts';

type OpenConnection = Extract<ConnectionResult<ConnectionSnapshot>, { kind: 'open' }>;
type RoundEnd = { readonly kind: 'done' | 'more' } | { readonly kind: 'stopped'; readonly by: VendorFailure };
type NoticeJob = QueuePosition & { readonly task: 'resolve_notices'; readonly connectionId: string };

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  readonly loadConnection: LoadConnection<ConnectionSnapshot>;
  readonly waiting: WaitingNotices;
  readonly createSession: CreateSession;
  readonly storeObjects: StoreObjects;
  readonly deletedSince: DeletedSince;
  readonly verdictStatements: (connectionId: string, verdicts: NoticeVerdicts) => Statement[];
  readonly handleVendorFailure: HandleVendorFailure;
  readonly markActive: (opened: ConnectionSnapshot) => Promise<unknown>;
  readonly addJob: (job: NoticeJob) => Promise<void>;
  /** When the newest notice of a vendor came whose connection waits for its turn. */
  readonly newestQueuedMs: (vendor: Vendor) => Promise<number | undefined>;
  readonly breakerOf: (vendor: Vendor) => Pick<VendorBreaker, 'closedUntilMs' | 'isDown'> | undefined;
  readonly count: IngestMetrics['countObject'];
  readonly log: Log;
  readonly now: () => number;
  /** Notices of one round. */
  readonly roundSize?: number;
};

/** After this, other connections get their turn. */
const turnMs = 5_000;
/** How much older a notice may be than one of another connection: yielding for less would be all that jobs do. */
const toleranceMs = 1_000;
/** Newer notices are no backlog: resolving them is faster than requeueing them. */
const freshMs = 30_000;

/**
 * In: job `resolve_notices` of one connection. Fetches the documents of its waiting notices, newest first; stores them with
 * their events in the outbox and settles the notices in the same transaction. While notices wait, the job is queued again,
 * behind connections with newer notices.
 */
export function createResolveNotices(deps: Deps) {
  const { loadConnection, waiting, createSession, handleVendorFailure, now, roundSize = 50 } = deps;

  return async function resolveNotices(payload: unknown): Promise<void> {
    const opened = await loadConnection(payload);
    if (opened.kind === 'erased') return waiting.forget(opened.connectionId);
    if (opened.kind === 'disconnected') return waiting.giveUp(opened.connectionId);
    if (opened.kind === 'closed') return;
    const { connectionId, vendor, notBefore } = opened.connection;
    if (notBefore !== undefined && notBefore.getTime() > now())
      return requeue(connectionId, dueAt(notBefore.getTime()));
    const closedUntilMs = deps.breakerOf(vendor)?.closedUntilMs();
    if (closedUntilMs !== undefined) return addJob(connectionId, pausedUntil(closedUntilMs));

    const endMs = now() + turnMs;
    let round: RoundEnd;
    do round = await resolveRound(opened);
    while (round.kind === 'more' && now() < endMs);
    if (round.kind !== 'stopped') return requeue(connectionId);
    const retryAt = await handleVendorFailure(opened.connection, round.by);
    if (retryAt === undefined) return;
    const isOfAll = round.by.kind !== 'refused' && round.by.ofAll === true;
    await requeue(connectionId, isOfAll ? pausedUntil(retryAt) : dueAt(retryAt));
  };

  async function resolveRound({ connection, person }: OpenConnection): Promise<RoundEnd> {
    const { connectionId } = connection;
    const due = await waiting.due(connectionId, person, roundSize);
    // A session of its own: an object that is noticed again later has to be fetched again.
    const session = createSession(connection, 'live');
    const all = groupNotices(due.notices);
    const objects = await turnOf(connection.vendor, all);
    const asked = await fetchRound(objects, session.fetchObject);
    const isScopeMissing = await refusesOneScope(asked, connection, session);
    const answered = isScopeMissing ? withoutScope(asked, objects) : asked;
    const round = await withDeleted(answered, connection, person);
    const verdict = classifyRound(round, now());
    await storeRound(person, connection, withUnreadable(verdict, due.unreadable));
    const isAnswered = isScopeMissing || verdict.verdicts.arrived.size > 0;
    if (isAnswered && connection.state === 'lapsed') await deps.markActive(connection);
    if (round.stopped !== undefined) return { kind: 'stopped', by: round.stopped.by };
    if (objects.length < all.length) return { kind: 'done' };
    return { kind: due.notices.length < roundSize && !isScopeMissing ? 'done' : 'more' };
  }

  /** Objects that are not older than those of queued connections; only one while it probes whether the vendor is back. */
  async function turnOf(
    vendor: Vendor,
    objects: readonly NoticedObject[],
  ): Promise<readonly NoticedObject[]> {
    if (deps.breakerOf(vendor)?.isDown() === true) return objects.slice(0, 1);
    const freshSinceMs = now() - freshMs;
    if (noticedSince(objects, freshSinceMs).length === objects.length) return objects;
    const newestMs = (await deps.newestQueuedMs(vendor)) ?? 0;
    return noticedSince(objects, Math.min(newestMs - toleranceMs, freshSinceMs));
  }

  /** If one type is refused, its scope was not granted; if another one is refused too, the membership has lapsed. */
  async function refusesOneScope(
    { fetched, stopped }: Round,
    { vendor }: Connection,
    session: VendorSession,
  ): Promise<boolean> {
    if (stopped?.by.kind !== 'refused' || stopped.by.status !== 403) return false;
    const { dataType } = stopped.at;
    if (fetched.some(({ object, answer }) => answer.kind === 'document' && object.dataType !== dataType))
      return true;
    const other = typeOfOtherScope(deps.vendors.get(vendor), dataType);
    return other !== undefined && !isVendorFailure(await session.fetchPage(other, reconciledSpan(now())));
  }

  /** The deletion of an object may be resolved before its older notices: those have nothing to wait for. */
  async function withDeleted(round: Round, { vendor }: Connection, person: LiveSubject): Promise<Round> {
    const definition = deps.vendors.get(vendor);
    const nameOf = ({ object: { dataType, objectId } }: FetchResult) =>
      definition.objectId(dataType, objectId);
    const missing = round.fetched.filter(({ answer }) => answer.kind === 'missing');
    const noticed = missing.map((one) => ({
      objectId: nameOf(one),
      noticedMs: Math.max(...one.object.notices.map(({ receivedMs }) => receivedMs)),
    }));
    const deleted = await deps.deletedSince(person, vendor, noticed);
    const fetched = round.fetched.map((one): FetchResult => {
      const isDeleted = one.answer.kind === 'missing' && deleted.has(nameOf(one));
      return isDeleted ? { object: one.object, answer: { kind: 'deleted' } } : one;
    });
    return { ...round, fetched };
  }

  /** Queues the job at the position of its newest notice, or at `cause`; never before a notice is due. */
  async function requeue(connectionId: string, cause?: QueuePosition): Promise<void> {
    const next = await waiting.nextDue(connectionId);
    if (next === undefined) return;
    const { dueMs, newestMs } = next;
    const place =
      newestMs === undefined ? dueAt(Math.max(cause?.runAtMs ?? 0, dueMs)) : (cause ?? newestFirst(newestMs));
    await addJob(connectionId, place);
  }

  function addJob(connectionId: string, place: QueuePosition): Promise<void> {
    return deps.addJob({ task: 'resolve_notices', connectionId, ...place });
  }

  async function storeRound(person: LiveSubject, connection: Connection, round: RoundVerdict): Promise<void> {
    const { settled, postponed } = round.verdicts;
    if (settled.size + postponed.length === 0) return;
    try {
      await store(person, connection, round);
    } catch (error) {
      if (retryVerdict(error) !== 'permanent' || round.found.length === 0) throw error;
      await storeOneByOne(person, connection, round);
    }
  }

  async function store(person: LiveSubject, connection: Connection, { found, verdicts }: RoundVerdict) {
    const observations = found.map((one) => observationOf(deps.vendors, connection, one));
    const also = deps.verdictStatements(connection.connectionId, verdicts);
    const stored = await deps.storeObjects(person, observations, also);
    for (const { kind } of stored) deps.count(connection.vendor, kind);
    for (const state of verdicts.settled.values()) {
      if (state !== 'resolved') deps.count(connection.vendor, state);
    }
  }

  /** A document that cannot be stored is a bug of ours and must not hold up the person's others. */
  async function storeOneByOne(
    person: LiveSubject,
    connection: Connection,
    { found, verdicts }: RoundVerdict,
  ) {
    const settled = new Map(verdicts.settled);
    const postponed = [...verdicts.postponed];
    for (const one of found) {
      const own = one.object.notices.map(({ noticeId }) => noticeId);
      for (const noticeId of own) settled.delete(noticeId);
      const resolved = new Map(own.map((noticeId) => [noticeId, 'resolved'] as const));
      try {
        const alone = { settled: resolved, postponed: [], arrived: new Set([one.object.dataType]) };
        await store(person, connection, { found: [one], verdicts: alone });
      } catch (error) {
        if (retryVerdict(error) !== 'permanent') throw error;
        deps.log.error('storing a document failed', { source: connection.vendor, error });
        postponeMissing(one.object, now(), { settled, postponed });
      }
    }
    await store(person, connection, { found: [], verdicts: { settled, postponed, arrived: new Set() } });
  }
}

function withUnreadable(round: RoundVerdict, unreadable: readonly string[]): RoundVerdict {
  if (unreadable.length === 0) return round;
  const settled = new Map(round.verdicts.settled);
  for (const noticeId of unreadable) settled.set(noticeId, 'gave_up');
  return { ...round, verdicts: { ...round.verdicts, settled } };
}

function observationOf(
  vendors: Pick<Vendors, 'get'>,
  { vendor, connectionId }: Connection,
  { object, answer }: StorableResult,
): Observation {
  const definition = vendors.get(vendor);
  const { dataType, objectId } = object;
  if (answer.kind === 'document') {
    const normalized = definition.normalize(dataType, answer);
    return { source: vendor, connectionId, normalized, raw: answer.raw };
  }
  const raw = Buffer.from(JSON.stringify({ event_type: 'delete', data_type: dataType, object_id: objectId }));
  const normalized = { kind: 'withdrawn', objectId: definition.objectId(dataType, objectId) } as const;
  return { source: vendor, connectionId, normalized, raw };
}
