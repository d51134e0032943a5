import type { IncomingMessage } from './message.ts';
import type { OutgoingMessage } from './message.ts';

export type DeadLetterCause = {
  readonly reason: string;
  readonly attempt: number;
  readonly at: number;
  /** The field at fault and the rule, never its value. */
  readonly fault?: { readonly path: string; readonly message: string } | undefined;
  /** Of a message with several events the refused one alone: the others were handled. */
  readonly element?: { readonly index: number; readonly text: string } | undefined;
};

/**
 * The message for `<topic>.dlq`: key, value and headers as they came, plus why, whence, which field, which attempt and when.
 * Headers never carry personal data of ours; reasons come from closed sets.
 */
export function deadLetterMessage(
  message: IncomingMessage,
  cause: DeadLetterCause,
): OutgoingMessage & { readonly id: string } {
  const { fault, element } = cause;
  const origin = `${message.topic}/${message.partition}/${message.offset}`;
  const id = element === undefined ? `dlq:${origin}` : `dlq:${origin}/${element.index}`;
  return {
    id,
    topic: `${message.topic}.dlq`,
    key: message.key,
    value: element === undefined ? message.value : Buffer.from(element.text),
    headers: {
      ...message.headers,
      'dlq-id': id,
      'dlq-reason': cause.reason,
      'dlq-origin': origin,
      'dlq-attempt': String(cause.attempt),
      'dlq-time': new Date(cause.at).toISOString(),
      ...(fault && { 'dlq-field': fault.path, 'dlq-problem': fault.message }),
      ...(element && { 'dlq-element': String(element.index) }),
    },
  };
}
