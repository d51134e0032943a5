import type { Query } from '@bridge/postgres';
import type { LiveSubject, Vault } from '@bridge/vault';
import type { Vendor } from '../../vendors/vendor-definition.ts';
import type { NoticeDelivery } from '../receive-notice.ts';
import type { SeenSignatures } from '../../signatures/seen-signatures.ts';
import type { IngestMetrics, NoticeOutcome } from '../../metrics.ts';
import type { NoticeSeal } from './notice-seal.ts';
import { storeNoticesStatement, type NoticeRow } from './notice-statement.ts';

type Owner = { readonly connectionId: string; readonly subjectId: string };

type Deps = {
  readonly query: Query;
  readonly vault: Vault;
  readonly seal: NoticeSeal;
  readonly seen: SeenSignatures;
  /** Connections that are not disconnected, by the index of the vendor's user in hex. */
  readonly byVendorUser: (vendor: Vendor, indexes: readonly Buffer[]) => Promise<ReadonlyMap<string, Owner>>;
  readonly count: IngestMetrics['countNotice'];
};

type NoticeRecipient = { readonly received: NoticeDelivery; readonly vendorUser: Buffer };

/**
 * Stores a batch of notices and the jobs that resolve them in one statement. Resolves once all of them are durable; throws if
 * none is.
 */
export function createStoreNotices({ query, vault, seal, seen, byVendorUser, count: countNotice }: Deps) {
  function count({ notice, isKnownType }: NoticeDelivery, outcome: NoticeOutcome): void {
    countNotice(notice.vendor, isKnownType ? notice.dataType : 'other', outcome);
  }

  return async function storeNotices(batch: readonly NoticeDelivery[]): Promise<void> {
    const addressed = batch.map((received) => ({ received, vendorUser: indexOf(received) }));
    const [known, owners] = await Promise.all([
      seen.known(batch.map(({ signature }) => signature)),
      loadOwners(byVendorUser, addressed),
    ]);
    const isReplay = ({ received }: NoticeRecipient) => known.has(received.signature.toString('hex'));
    for (const { received } of addressed.filter(isReplay)) count(received, 'replayed');
    const fresh = addressed.filter((one) => !isReplay(one));
    if (fresh.length === 0) return;

    const rows = await rowsOf(fresh, owners);
    const { text, values } = storeNoticesStatement(rows);
    const added = await query<{ noticeId: Buffer }>(text, values);
    countRows(fresh, rows, new Set(added.map(({ noticeId }) => noticeId.toString('hex'))));
    // Not awaited: a forgotten signature costs one lookup of its notice's id next time, no more.
    void seen.remember(fresh.map(({ received }) => received.signature)).catch(() => undefined);
  };

  /** Sealed with their persons' keys; notices of erased persons are dropped. */
  async function rowsOf(
    addressed: readonly NoticeRecipient[],
    owners: ReadonlyMap<string, Owner>,
  ): Promise<NoticeRow[]> {
    const people = await vault.byId(new Set([...owners.values()].map(({ subjectId }) => subjectId)));
    const rows = await Promise.all(
      addressed.map(async ({ received, vendorUser }) => {
        const owner = owners.get(keyOf(received.notice.vendor, vendorUser.toString('hex')));
        const person = owner && people.get(owner.subjectId);
        if (person?.erased === true) return undefined;
        return await rowOf({ received, vendorUser }, owner, person);
      }),
    );
    return rows.flatMap((row) => row ?? []);
  }

  async function rowOf(
    { received, vendorUser }: NoticeRecipient,
    owner: Owner | undefined,
    person: LiveSubject | undefined,
  ): Promise<NoticeRow> {
    const { notice, noticeId, isKnownType, sent, receivedMs } = received;
    const { vendor, dataType, operation } = notice;
    return {
      noticeId,
      vendor,
      dataType,
      operation,
      vendorUser,
      receivedMs,
      connectionId: owner?.connectionId ?? null,
      state: !isKnownType ? 'unknown_type' : owner === undefined ? 'unknown_user' : 'waiting',
      sealed: await seal.seal(noticeId, { notice, sent }, person),
    };
  }

  function indexOf({ notice: { vendor, vendorUserId } }: NoticeDelivery): Buffer {
    return vault.userIndex(`${vendor}/${vendorUserId}`);
  }

  function countRows(
    batch: readonly NoticeRecipient[],
    rows: readonly NoticeRow[],
    added: Set<string>,
  ): void {
    const stateOf = new Map(rows.map(({ noticeId, state }) => [noticeId.toString('hex'), state]));
    for (const { received: one } of batch) {
      const id = one.noticeId.toString('hex');
      const state = stateOf.get(id);
      if (state === undefined) count(one, 'erased');
      // The second of two equal ones in a batch is a duplicate too.
      else count(one, added.delete(id) ? state : 'duplicate');
    }
  }
}

async function loadOwners(
  byVendorUser: Deps['byVendorUser'],
  addressed: readonly NoticeRecipient[],
): Promise<ReadonlyMap<string, Owner>> {
  const found = await Promise.all(
    [...Map.groupBy(addressed, ({ received }) => received.notice.vendor)].map(async ([vendor, own]) => {
      const indexes = own.map(({ vendorUser }) => vendorUser);
      const connections = await byVendorUser(vendor, indexes);
      return [...connections].map(([hex, owner]) => [keyOf(vendor, hex), owner] as const);
    }),
  );
  return new Map(found.flat());
}

const keyOf = (vendor: Vendor, indexHex: string) => `${vendor}/${indexHex}`;
