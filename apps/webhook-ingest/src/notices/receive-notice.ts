import type { Problem } from '@bridge/contracts';
import type { Notice } from './domain/notice.ts';
import { readNotice } from './domain/read-notice.ts';
import type { Headers } from '../signatures/read-claim.ts';
import type { Verify } from '../signatures/verify-signature.ts';
import type { Vendor, VendorDefinition } from '../vendors/vendor-definition.ts';
import { parseJsonBytes } from '../documents/domain/parse-json-bytes.ts';

export type SignedNotice = {
  readonly vendor: VendorDefinition;
  readonly headers: Headers;
  readonly raw: Buffer;
};

/** A verified notice on its way to its row. */
export type NoticeDelivery = {
  readonly notice: Notice;
  /** The same for every delivery of it. */
  readonly noticeId: Buffer;
  readonly isKnownType: boolean;
  /** The same for a replayed delivery. */
  readonly signature: Buffer;
  readonly sent: string;
  readonly receivedMs: number;
};

/** The outcome of a signed delivery; every kind but `stored` leaves nothing behind. */
export type NoticeReceipt =
  | { readonly kind: 'stored' }
  /** No client id of this vendor is configured. */
  | { readonly kind: 'not_configured' }
  | { readonly kind: 'unverified'; readonly reason: 'unreadable' | 'clock' | 'mismatch' }
  | { readonly kind: 'malformed' }
  | { readonly kind: 'invalid'; readonly problems: readonly Problem[] };

/** Of the vendors that are configured. */
export type VendorVerifiers = ReadonlyMap<Vendor, Verify>;

export type ReceiveNotice = (notice: SignedNotice) => Promise<NoticeReceipt>;

type Deps = {
  readonly verify: VendorVerifiers;
  /** Resolves once row and job are committed; throws a transient error when PostgreSQL cannot be reached. */
  readonly accept: (notice: NoticeDelivery) => Promise<void>;
  readonly now: () => number;
};

/** In: a vendor's signed webhook. Out: a waiting notice and the job that resolves it. Stored means durable. */
export function createReceiveNotice({ verify, accept, now }: Deps): ReceiveNotice {
  return async function receiveNotice({ vendor, headers, raw }) {
    const verdict = verify.get(vendor.name)?.({ headers, raw });
    if (verdict === undefined) return { kind: 'not_configured' };
    if (verdict.kind === 'refused') return { kind: 'unverified', reason: verdict.reason };

    const body = parseJsonBytes(raw);
    if (!body.ok) return { kind: 'malformed' };
    const read = readNotice(vendor, body.value, verdict.timestamp);
    if (read.kind === 'invalid') return read;

    await accept({
      notice: read.notice,
      noticeId: Buffer.from(read.noticeId, 'hex'),
      isKnownType: read.isKnownType,
      signature: verdict.signature,
      sent: raw.toString('utf8'),
      receivedMs: now(),
    });
    return { kind: 'stored' };
  };
}
