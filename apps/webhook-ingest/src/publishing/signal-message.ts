import { topics, type AlertStateSignal } from '@bridge/contracts';
import type { MakeMessage } from '@bridge/kafka';
import type { EventMessage } from './publish-or-spool.ts';

/** A signal as it goes to its topic. */
export function createToSignalMessage(makeMessage: MakeMessage) {
  const { name: topic, value: type } = topics.alerts;
  return function toSignalMessage(signal: AlertStateSignal): EventMessage {
    const { signal_id: ceId, user_id: key, at: time } = signal;
    return { ...makeMessage({ topic, type, value: signal, id: ceId, time, userId: key }), key, ceId };
  };
}
