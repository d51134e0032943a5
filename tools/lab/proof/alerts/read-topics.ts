import {
  alertChangeSchema,
  alertStateSignalSchema,
  operatorsUserId,
  topics,
  type AlertChange,
  type AlertStateSignal,
} from '@bridge/contracts';
import { scanTopic } from '@bridge/testing';
import type { ServerClients } from '../server-clients.ts';

/** By alert, in the order of the topic. */
export type SignalLog = {
  readonly byAlert: ReadonlyMap<string, readonly AlertStateSignal[]>;
  readonly signals: number;
  readonly repetitions: number;
};

export type ChangeLog = {
  /** By alert, each change where it came first. Alerts of the bridge itself are left out. */
  readonly byAlert: ReadonlyMap<string, readonly AlertChange[]>;
  readonly repetitions: number;
  /** Repetitions with other bytes. */
  readonly altered: number;
};

export async function readSignals({ kafka, codec }: ServerClients): Promise<SignalLog> {
  const byAlert = new Map<string, AlertStateSignal[]>();
  const ids = new Set<string>();
  let messages = 0;
  await scanTopic(kafka, topics.alerts.name, async ({ value }) => {
    const decoded = await codec.decode(value);
    if (decoded.kind !== 'ok') throw new Error('a signal of the load cannot be read');
    const signal = alertStateSignalSchema.parse(decoded.value);
    messages += 1;
    ids.add(signal.signal_id);
    put(byAlert, signal.alert_id, signal);
  });
  return { byAlert, signals: ids.size, repetitions: messages - ids.size };
}

export async function readChanges({ kafka, codec }: ServerClients): Promise<ChangeLog> {
  const byAlert = new Map<string, AlertChange[]>();
  const bytes = new Map<string, Buffer>();
  let [repetitions, altered] = [0, 0];
  await scanTopic(kafka, topics.alertChanges.name, async ({ value }) => {
    const decoded = await codec.decode(value);
    if (decoded.kind !== 'ok' || value === null) throw new Error('a change cannot be read');
    const change = alertChangeSchema.parse(decoded.value);
    if (change.user_id === operatorsUserId) return;
    const before = bytes.get(change.change_id);
    if (before !== undefined) {
      repetitions += 1;
      if (!before.equals(value)) altered += 1;
      return;
    }
    bytes.set(change.change_id, value);
    put(byAlert, change.alert_id, change);
  });
  return { byAlert, repetitions, altered };
}

function put<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
