import type { IncomingMessage } from './message.ts';
import type { OutgoingMessage } from './message.ts';

/**
 * The message for `<topic>.dlq`: key, value and headers as they came, plus why, whence, which attempt and when.
 * Headers never carry personal data of ours; reasons come from closed sets.
 */
export function deadLetterMessage(
  message: IncomingMessage,
  cause: { readonly reason: string; readonly attempt: number; readonly at: number },
): OutgoingMessage & { readonly id: string } {
  const id = `dlq:${message.topic}/${message.partition}/${message.offset}`;
  return {
    id,
    topic: `${message.topic}.dlq`,
    key: message.key,
    value: message.value,
    headers: {
      ...message.headers,
      'dlq-id': id,
      'dlq-reason': cause.reason,
      'dlq-origin': `${message.topic}/${message.partition}/${message.offset}`,
      'dlq-attempt': String(cause.attempt),
      'dlq-time': new Date(cause.at).toISOString(),
    },
  };
}
