import type { LiveSubject } from '@bridge/vault';
import type { Connection } from '../connections/domain/connection.ts';
import type { ConnectionResult, ConnectionSnapshot } from '../connections/load-connection.ts';
import type { DeletedSince } from '../documents/rows/deleted-objects.ts';
import { reconciledSpan, typeOfOtherScope } from '../pulls/domain/pull-plan.ts';
import type { VendorBreaker } from '../vendor-client/vendor-breaker.ts';
import type { CreateSession, VendorSession } from '../vendor-client/vendor-session.ts';
import type { Vendors } from '../vendors/check-definitions.ts';
import { isVendorFailure, type VendorFailure } from '../vendors/vendor-answer.ts';
import type { Vendor } from '../vendors/vendor-definition.ts';
import { fetchRound, withoutScope, type FetchResult, type Round } from './domain/fetch-round.ts';
import { groupNotices, noticedSince, type NoticedObject } from './domain/group-notices.ts';
import { classifyRound, type RoundVerdict } from './domain/notice-verdicts.ts';
import type { WaitingNotices } from './rows/waiting-notices.ts';
import type { StoreRound } from './store-round.ts';

type OpenConnection = Extract<ConnectionResult<ConnectionSnapshot>, { kind: 'open' }>;

/** `more`: other notices are due. `done`: none is, or another connection has newer ones. */
export type RoundEnd =
  { readonly kind: 'done' | 'more' } | { readonly kind: 'stopped'; readonly by: VendorFailure };

export type ResolveRound = (connection: OpenConnection) => Promise<RoundEnd>;

type Deps = {
  readonly vendors: Pick<Vendors, 'get'>;
  readonly waiting: Pick<WaitingNotices, 'due'>;
  readonly createSession: CreateSession;
  readonly deletedSince: DeletedSince;
  readonly storeRound: StoreRound;
  readonly markActive: (connection: ConnectionSnapshot) => Promise<unknown>;
  /** When the newest notice of a vendor came whose connection waits for its turn. */
  readonly newestQueuedMs: (vendor: Vendor) => Promise<number | undefined>;
  readonly breakerOf: (vendor: Vendor) => Pick<VendorBreaker, 'isSuspect'> | undefined;
  readonly now: () => number;
  /** Notices of one round. */
  readonly roundSize?: number;
};

/** How much older a notice may be than one of another connection: yielding for less would be all that jobs do. */
const toleranceMs = 1_000;
/** Newer notices are no backlog: resolving them is faster than requeueing them. */
const freshMs = 30_000;

/** Resolves the newest due notices of one connection: groups, fetches, classifies and stores them. */
export function createResolveRound(deps: Deps): ResolveRound {
  const { waiting, createSession, storeRound, now, roundSize = 50 } = deps;

  return async function resolveRound({ connection, person }) {
    const { connectionId } = connection;
    const due = await waiting.due(connectionId, person, roundSize);
    // A session of its own: an object that is noticed again later has to be fetched again.
    const session = createSession(connection, 'live');
    const all = groupNotices(due.notices);
    const objects = await turnOf(connection.vendor, all);
    const asked = await fetchRound(objects, session.fetchObject);
    const isScopeMissing = await refusesOneScope(asked, connection, session);
    const answered = isScopeMissing ? withoutScope(asked, objects) : asked;
    const round = await withDeleted(deps, answered, connection, person);
    const verdict = classifyRound(round, now());
    await storeRound(person, connection, withUnreadable(verdict, due.unreadable));
    const isAnswered = isScopeMissing || verdict.verdicts.arrived.size > 0;
    if (isAnswered && connection.state === 'lapsed') await deps.markActive(connection);
    if (round.stopped !== undefined) return { kind: 'stopped', by: round.stopped.by };
    if (objects.length < all.length) return { kind: 'done' };
    return { kind: due.notices.length < roundSize && !isScopeMissing ? 'done' : 'more' };
  };

  /** Objects that are not older than those of queued connections; only one while it is not clear whether the vendor is down. */
  async function turnOf(
    vendor: Vendor,
    objects: readonly NoticedObject[],
  ): Promise<readonly NoticedObject[]> {
    if (deps.breakerOf(vendor)?.isSuspect() === true) return objects.slice(0, 1);
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
}

/** The deletion of an object may be resolved before its older notices: those have nothing to wait for. */
async function withDeleted(
  { vendors, deletedSince }: Pick<Deps, 'vendors' | 'deletedSince'>,
  round: Round,
  { vendor }: Connection,
  person: LiveSubject,
): Promise<Round> {
  const definition = vendors.get(vendor);
  const nameOf = ({ object: { dataType, objectId } }: FetchResult) => definition.objectId(dataType, objectId);
  const missing = round.fetched.filter(({ answer }) => answer.kind === 'missing');
  const noticed = missing.map((one) => ({
    objectId: nameOf(one),
    noticedMs: Math.max(...one.object.notices.map(({ receivedMs }) => receivedMs)),
  }));
  const deleted = await deletedSince(person, vendor, noticed);
  const fetched = round.fetched.map((one): FetchResult => {
    const isDeleted = one.answer.kind === 'missing' && deleted.has(nameOf(one));
    return isDeleted ? { object: one.object, answer: { kind: 'deleted' } } : one;
  });
  return { ...round, fetched };
}

function withUnreadable(round: RoundVerdict, unreadable: readonly string[]): RoundVerdict {
  if (unreadable.length === 0) return round;
  const settled = new Map(round.verdicts.settled);
  for (const noticeId of unreadable) settled.set(noticeId, 'gave_up');
  return { ...round, verdicts: { ...round.verdicts, settled } };
}
