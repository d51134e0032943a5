import { topics, type BiometricEvent } from '@bridge/contracts';
import type { MakeMessage } from '@bridge/kafka';
import { currentTrace } from '@bridge/service-runtime';
import type { EventMessage } from './publish-or-spool.ts';

/** An event as it goes to its topic; the request's trace goes on in its header. */
export function createToEventMessage(makeMessage: MakeMessage) {
  const { name: topic, value: type } = topics.events;
  return function toEventMessage(event: BiometricEvent): EventMessage {
    const { event_id: ceId, user_id: key, timestamp: time } = event;
    const traceparent = currentTrace()?.traceparent;
    const trace = traceparent === undefined ? {} : { traceparent };
    return {
      ...makeMessage({ topic, type, value: event, id: ceId, time, userId: key, ...trace }),
      key,
      ceId,
    };
  };
}
