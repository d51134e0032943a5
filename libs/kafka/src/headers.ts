import { hash } from 'node:crypto';

export type CloudEvent = {
  /** The message's id: the same after every retry. */
  readonly id: string;
  /** The sending service, for example `webhook-ingest`. */
  readonly source: string;
  /** The type of the value, for example `BiometricEvent`. */
  readonly type: string;
  /** RFC 3339: when it happened. */
  readonly time: string;
  /** The person; absent for heartbeats. Only a digest of it is written. */
  readonly userId?: string;
  /** W3C trace context that the message continues. */
  readonly traceparent?: string;
};

/** Names of the headers that consumers read. CloudEvents 1.0, Kafka binding, binary mode. */
export const headerNames = {
  id: 'ce_id',
  source: 'ce_source',
  type: 'ce_type',
  time: 'ce_time',
  subject: 'ce_subject',
  traceparent: 'traceparent',
} as const;

/** Headers of a message of ours, without its signature. The content type is that of the payload inside the frame. */
export function cloudEventHeaders(event: CloudEvent): Record<string, string> {
  return {
    ce_specversion: '1.0',
    [headerNames.id]: event.id,
    [headerNames.source]: `/biometric-bridge/${event.source}`,
    [headerNames.type]: `biometric-bridge.${event.type}.v1`,
    [headerNames.time]: event.time,
    ...(event.userId === undefined ? {} : { [headerNames.subject]: subjectPath(event.userId) }),
    'content-type': 'application/json',
    ...(event.traceparent === undefined ? {} : { [headerNames.traceparent]: event.traceparent }),
  };
}

/** Lets an operator see which messages belong to one person, but not to whom. Nothing parses it. */
function subjectPath(userId: string): string {
  return `users/${hash('sha256', userId).slice(0, 32)}`;
}
