import { alertId, signalId, topics, utc, type AlertStateSignal } from '@bridge/contracts';
import { createMessageMaker, type OutgoingMessage } from '@bridge/kafka';
import type { ServerClients } from '../server-clients.ts';

export type SignalInput = {
  readonly userId: string;
  readonly kind: string;
  readonly status: 'firing' | 'resolved';
  readonly severity: AlertStateSignal['severity'];
  /** The person's decision, from 1. */
  readonly seq: number;
  /** Of the alert: another one is another alert. */
  readonly episode: number;
};

export type SignalMessage = OutgoingMessage & { readonly alertId: string };

/** A signal as cognition sends it: framed, keyed by person, signed. */
export function signalMessages(clients: ServerClients): (signal: SignalInput) => SignalMessage {
  const makeMessage = createMessageMaker({ ...clients, source: 'cognition' });
  const { name: topic, value: type } = topics.alerts;
  return function signalMessage({ userId, kind, status, severity, seq, episode }) {
    const at = utc(Date.now());
    const alert_id = alertId(`bench ${userId} ${episode}`, kind);
    const signal_id = signalId({ alertId: alert_id, status, cause: `decision ${seq}` });
    const value: AlertStateSignal = {
      ...{ signal_id, alert_id, user_id: userId, kind, status, severity, at, seq, index: 0 },
      source: 'cognition',
      evidence: {
        rules: [kind.slice('rule.'.length)],
        readings: [{ metric: 'heart_rate', value: 90 + (seq % 60), unit: '/min', at, threshold: 100 }],
      },
      ...(status === 'resolved'
        ? { reason: 'recovered' as const }
        : { title: 'Please look', summary: `Heart rate ${90 + (seq % 60)}`, advice: 'Rest for a while' }),
    };
    return { ...makeMessage({ topic, value, id: signal_id, type, time: at, userId }), alertId: alert_id };
  };
}
