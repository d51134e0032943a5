import { heartbeatId, utc, type HeartbeatSignal } from '@bridge/contracts';
import type { Closeable, Log } from '@bridge/handler';
import type { Publisher } from '@bridge/kafka';
import type { Frame } from './open-framer.ts';

const everyMs = 15_000;

/** Says on `biometric.alerts` that this service publishes. Its absence is the news, so a failed beat is not repeated. */
export function startHeartbeat(frame: Frame, publisher: Publisher, log: Log): Closeable {
  async function beat(): Promise<void> {
    const at = utc(Date.now());
    const source = 'webhook-ingest';
    const id = heartbeatId(source, at);
    const value = { signal_id: id, status: 'heartbeat', source, at } satisfies HeartbeatSignal;
    try {
      await publisher.publish([frame({ topic: 'alerts', key: null, value, id, time: at })]);
    } catch (error) {
      log.debug('heartbeat not published', { error });
    }
  }

  const timer = setInterval(() => void beat(), everyMs);
  void beat();
  return { close: () => clearInterval(timer) };
}
