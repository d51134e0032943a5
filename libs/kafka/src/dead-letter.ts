import { headerText, type IncomingMessage, type OutgoingMessage } from './message.ts';

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

/** The record that `deadLetterMessage` leaves in a dead letter's headers, without any content of the message. */
export type DeadLetterRecord = {
  /** `<topic>/<partition>/<offset>` */
  readonly origin: string;
  readonly topic: string;
  readonly reason: string;
  readonly attempt: string;
  /** RFC 3339. */
  readonly time: string;
  readonly field: string | undefined;
  readonly problem: string | undefined;
  /** Of a message with several events, the place of the refused one. */
  readonly element: string | undefined;
};

/** Undefined if no consumer of ours wrote it. */
export function deadLetterRecord({
  headers,
}: Pick<IncomingMessage, 'headers'>): DeadLetterRecord | undefined {
  const origin = headerText(headers, 'dlq-origin') ?? '';
  const [, topic] = /^(.+)\/\d+\/\d+$/.exec(origin) ?? [];
  if (topic === undefined) return undefined;
  return {
    origin,
    topic,
    reason: headerText(headers, 'dlq-reason') ?? '',
    attempt: headerText(headers, 'dlq-attempt') ?? '',
    time: headerText(headers, 'dlq-time') ?? '',
    field: headerText(headers, 'dlq-field'),
    problem: headerText(headers, 'dlq-problem'),
    element: headerText(headers, 'dlq-element'),
  };
}
