import { topics, type AlertStateSignal, type BiometricEvent } from '@bridge/contracts';
import type { MakeMessage } from '@bridge/kafka';
import { currentTrace } from '@bridge/service-runtime';
import type { EventMessage } from './publish-or-spool.ts';

/** Frames an event for its topic; the request's trace continues in its header. */
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

/** Frames a signal for its topic. */
export function createToSignalMessage(makeMessage: MakeMessage) {
  const { name: topic, value: type } = topics.alerts;
  return function toSignalMessage(signal: AlertStateSignal): EventMessage {
    const { signal_id: ceId, user_id: key, at: time } = signal;
    return { ...makeMessage({ topic, type, value: signal, id: ceId, time, userId: key }), key, ceId };
  };
}
