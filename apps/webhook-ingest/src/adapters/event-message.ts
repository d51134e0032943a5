import type { BiometricEvent } from '@bridge/contracts';
import { currentTrace } from '@bridge/service-runtime';
import type { EventMessage } from '../accept-batch.ts';
import type { Frame } from './open-framer.ts';

/** An event as it goes to its topic; the request's trace goes on in its header. */
export function createToEventMessage(frame: Frame) {
  return function toEventMessage(event: BiometricEvent): EventMessage {
    const { event_id: ceId, user_id: key, timestamp: time } = event;
    const traceparent = currentTrace()?.traceparent;
    return { ...frame({ topic: 'events', key, value: event, id: ceId, time, traceparent }), ceId };
  };
}
