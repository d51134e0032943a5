import type { ConnectionView, QuarantineCount } from '../rows/connection-views.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';

/** What is the same for all connections of a vendor. */
export type VendorStanding = {
  /** Requests that the vendor still grants this application; null when that is not known. */
  readonly quotaLeft: number | null;
  /** When the next subscription is renewed; null where there is nothing to renew. */
  readonly nextRenewalAt: Date | null;
  /** Since when renewals fail; null while they do not. */
  readonly renewalFailingSince: Date | null;
};

export type Standings = ReadonlyMap<Vendor, VendorStanding>;

/** A connection as the API shows it. */
export function connectionDocument(view: ConnectionView, userId: string, standings: Standings) {
  const standing = standings.get(view.vendor);
  return {
    connection_id: view.connectionId,
    user_id: userId,
    vendor: view.vendor,
    state: view.state,
    since: view.since,
    connected_at: view.connectedAt,
    ends_at: view.endsAt,
    last_notice_at: view.lastNoticeAt,
    last_document_at: view.lastDocumentAt,
    not_before: view.notBefore,
    next_renewal_at: standing?.nextRenewalAt ?? null,
    renewal_failing_since: standing?.renewalFailingSince ?? null,
    quota_left: standing?.quotaLeft ?? null,
    waiting_notices: view.waitingNotices,
    silences: view.silences,
  };
}

export function quarantineDocument(
  { source, reason, count, lastAt, problems }: QuarantineCount,
  userId: string,
) {
  const fields = (problems ?? []).map(({ path, message }) => ({ field: path, message }));
  return { user_id: userId, source, reason, count, last_at: lastAt, problems: fields };
}

/** @param firstEndsAt When the first subscription ends. */
export function nextRenewal(
  firstEndsAt: Date | null,
  { renewBeforeMs, now }: { readonly renewBeforeMs: number; readonly now: number },
): Date | null {
  if (firstEndsAt === null) return null;
  return new Date(Math.max(firstEndsAt.getTime() - renewBeforeMs, now));
}
