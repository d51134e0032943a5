import { hash } from 'node:crypto';
import type { Vendor } from '../../vendor-sim/vendor.ts';

/** A notice that a vendor sent. */
export type SentNotice = {
  /** The id under which webhook-ingest stores it, in hex. */
  readonly noticeId: string;
  readonly vendor: Vendor;
  readonly account: string;
  /** `<data type>/<id>`, as events name their object. */
  readonly object: string;
  readonly isDelete: boolean;
  /** When the first delivery was answered. */
  readonly at: number;
};

type OuraBody = {
  readonly event_type: string;
  readonly data_type: string;
  readonly object_id: string;
  readonly event_time: string;
  readonly user_id: string;
};
type WhoopBody = {
  readonly user_id: number;
  readonly id: string;
  readonly type: string;
  readonly trace_id: string;
};

export function parseNotice(vendor: Vendor, body: string, at: number): SentNotice {
  return vendor === 'oura'
    ? parseOuraNotice(JSON.parse(body) as OuraBody, at)
    : parseWhoopNotice(JSON.parse(body) as WhoopBody, at);
}

function parseOuraNotice(
  { event_type, data_type, object_id, event_time, user_id }: OuraBody,
  at: number,
): SentNotice {
  return {
    noticeId: idOf(['oura', user_id, data_type, object_id, event_type, event_time]),
    vendor: 'oura',
    account: user_id,
    object: `${data_type}/${object_id}`,
    isDelete: event_type === 'delete',
    at,
  };
}

function parseWhoopNotice({ user_id, id, type, trace_id }: WhoopBody, at: number): SentNotice {
  const [what = '', change] = type.split('.');
  return {
    noticeId: idOf(['whoop', String(user_id), id, type, trace_id]),
    vendor: 'whoop',
    account: String(user_id),
    object: `${what}/${id}`,
    isDelete: change === 'deleted',
    at,
  };
}

/** Computes the id that two deliveries of the same notice share, independently of webhook-ingest. */
function idOf(sameness: readonly string[]): string {
  return hash('sha256', JSON.stringify(sameness), 'hex');
}
