import { heartbeatId, topics, utc, type HeartbeatSignal } from '@bridge/contracts';
import type { Closeable, Log } from '@bridge/core';
import type { MakeMessage } from './message-maker.ts';
import type { Publisher } from './publish.ts';

export type HeartbeatOptions = {
  readonly makeMessage: MakeMessage;
  readonly publisher: Pick<Publisher, 'publish'>;
  /** The service that is alive. */
  readonly source: string;
  readonly log: Log;
};

const everyMs = 15_000;

/** Publishes a heartbeat on `biometric.alerts`. Only its absence matters, so a failed one is not repeated. */
export function startHeartbeat({ makeMessage, publisher, source, log }: HeartbeatOptions): Closeable {
  async function beat(): Promise<void> {
    const at = utc(Date.now());
    const id = heartbeatId(source, at);
    const value = { signal_id: id, status: 'heartbeat', source, at } satisfies HeartbeatSignal;
    const { name: topic, value: type } = topics.alerts;
    try {
      await publisher.publish([makeMessage({ topic, type, value, id, time: at })]);
    } catch (error) {
      log.debug('heartbeat not published', { error });
    }
  }

  const timer = setInterval(() => void beat(), everyMs);
  void beat();
  return { close: () => clearInterval(timer) };
}
