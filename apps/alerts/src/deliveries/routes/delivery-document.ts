import { utc, type Delivery } from '@bridge/contracts';
import type { ListedDelivery } from '../rows/delivery-list.ts';

/** A delivery as the API shows it. */
export function deliveryDocument(delivery: ListedDelivery): Delivery {
  const { deliveryId, channel, status, createdAt, dueAt, settledAt, steps, attempts } = delivery;
  return {
    delivery_id: deliveryId,
    channel,
    status,
    created_at: utc(createdAt),
    due_at: utc(dueAt),
    settled_at: settledAt === null ? null : utc(settledAt),
    steps: steps.map(({ alertId, step, reason, route }) => ({ alert_id: alertId, step, reason, route })),
    attempts: attempts.map(({ attempt, startedAt, endedAt, result, reason, httpStatus }) => ({
      attempt,
      started_at: utc(startedAt),
      ended_at: endedAt === null ? null : utc(endedAt),
      result,
      reason,
      http_status: httpStatus,
    })),
  };
}
