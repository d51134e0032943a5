import { Counter, type Registry } from 'prom-client';
import type { NoticeDelivery } from '../receive-notice.ts';

export type NoticeOutcome = 'waiting' | 'nobody' | 'unknown_type' | 'duplicate' | 'replayed' | 'erased';
export type CountNotice = (
  received: Pick<NoticeDelivery, 'notice' | 'isKnownType'>,
  outcome: NoticeOutcome,
) => void;

/** `vendor_notices_total{vendor, data_type, outcome}`. Types that are not known share the label `other`. */
export function createNoticeCounter(metrics: Registry): CountNotice {
  const notices = new Counter({
    name: 'vendor_notices_total',
    help: "Vendors' signed notices by what they were when they arrived; replayed: the same signature again.",
    labelNames: ['vendor', 'data_type', 'outcome'] as const,
    registers: [metrics],
  });
  return ({ notice, isKnownType }, outcome) =>
    notices.inc({ vendor: notice.vendor, data_type: isKnownType ? notice.dataType : 'other', outcome });
}
