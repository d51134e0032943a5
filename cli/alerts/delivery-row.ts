import type { Delivery } from '@bridge/contracts';
import { shortId, timeInWords, words } from './alert-words.ts';

export const deliveryHead = ['id', 'channel', 'status', 'created', 'why', 'last attempt'];

/** The cells below `deliveryHead`. */
export function deliveryRow(delivery: Delivery): string[] {
  const { delivery_id, channel, status, created_at, steps, attempts } = delivery;
  const why = steps.map(({ alert_id, reason }) => `${shortId(alert_id)} ${words(reason)}`);
  return [
    shortId(delivery_id),
    channel,
    status,
    timeInWords(created_at),
    why.join(', '),
    lastAttempt(attempts),
  ];
}

function lastAttempt(attempts: Delivery['attempts']): string {
  const last = attempts.at(-1);
  if (last === undefined) return '';
  const { attempt, result, reason, http_status } = last;
  const because = [
    ...(reason === null ? [] : [words(reason)]),
    ...(http_status === null ? [] : [http_status]),
  ];
  return `${attempt}: ${result ?? 'runs'}${because.length === 0 ? '' : ` (${because.join(', ')})`}`;
}
