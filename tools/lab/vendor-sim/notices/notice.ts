import { uuidOf } from '../uuid-of.ts';
import type { Vendor } from '../vendor.ts';

/** Something about an object changed. */
export type Notice = {
  readonly vendor: Vendor;
  readonly account: string;
  /** Oura's `data_type`; `sleep`, `recovery` or `workout` of WHOOP. */
  readonly dataType: string;
  readonly objectId: string;
  readonly event: 'create' | 'update' | 'delete';
  readonly at: number;
  /** Number of the vendor's change, which distinguishes two notices of one object. */
  readonly nr: number;
};

/** The body as the vendor writes it. */
export function noticeBody(notice: Notice, seed: number): string {
  const { vendor, account, dataType, objectId, event, at, nr } = notice;
  if (vendor === 'oura') {
    const event_time = new Date(at).toISOString().replace('Z', '000+00:00');
    return JSON.stringify({
      event_type: event,
      data_type: dataType,
      object_id: objectId,
      event_time,
      user_id: account,
    });
  }
  const type = `${dataType}.${event === 'delete' ? 'deleted' : 'updated'}`;
  return JSON.stringify({
    user_id: Number(account),
    id: objectId,
    type,
    trace_id: uuidOf(seed, 'trace', nr),
  });
}
