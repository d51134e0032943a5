import type { DeliveryStatus, Severity } from '@bridge/contracts';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { DeliveryChannels } from './channel-lanes.ts';

/** Metrics of deliveries. Labels come from closed sets: a channel's kind, never its name. */
export type DeliveryMetrics = {
  /** Returns what to call at the end of the attempt. */
  timeAttempt(channelKind: string): () => void;
  /** @param ageMs Of the delivery. */
  recorded(channelKind: string, status: DeliveryStatus, ageMs: number): void;
  /** A channel was told that an alert fires. @param delayMs Since the signal that began the firing. */
  firingTold(severity: Severity, delayMs: number): void;
  observeChannels(channels: () => DeliveryChannels, isOpen: (channel: string) => boolean): void;
};

export function createDeliveryMetrics(
  metrics: Registry,
  { oldestPending, now }: { oldestPending: () => Promise<number | undefined>; now: () => number },
): DeliveryMetrics {
  const deliveries = new Counter({
    name: 'alert_deliveries_total',
    help: 'Attempts to deliver, by kind of channel and what they made of the delivery; pending: it is tried again.',
    labelNames: ['channel_kind', 'result'],
    registers: [metrics],
  });
  const attempts = new Histogram({
    name: 'alert_delivery_attempt_seconds',
    help: 'How long attempts took.',
    labelNames: ['channel_kind'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [metrics],
  });
  const delays = new Histogram({
    name: 'alert_delivery_delay_seconds',
    help: 'From the plan of a delivery to its arrival.',
    labelNames: ['channel_kind'],
    buckets: [0.01, 0.05, 0.1, 0.2, 0.5, 1, 5, 30, 300, 3_600, 86_400],
    registers: [metrics],
  });
  const signalDelays = new Histogram({
    name: 'alert_signal_to_delivery_seconds',
    help: 'From the signal with which an alert began to fire to the arrival of its first message at a channel.',
    labelNames: ['severity'],
    buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900, 3_600, 21_600],
    registers: [metrics],
  });
  new Gauge({
    name: 'alert_delivery_oldest_pending_seconds',
    help: 'Age of the oldest delivery that is not settled; 0 where there is none.',
    registers: [metrics],
    async collect() {
      try {
        const at = await oldestPending();
        this.set(at === undefined ? 0 : Math.max(0, now() - at) / 1000);
      } catch {
        // Without the database the last known age stays; the other metrics must be served.
      }
    },
  });

  return {
    timeAttempt: (channel_kind) => attempts.startTimer({ channel_kind }),
    recorded(channel_kind, result, ageMs) {
      deliveries.inc({ channel_kind, result });
      if (result === 'delivered') delays.observe({ channel_kind }, Math.max(0, ageMs) / 1000);
    },
    firingTold: (severity, delayMs) => signalDelays.observe({ severity }, Math.max(0, delayMs) / 1000),
    observeChannels(channels, isOpen) {
      new Gauge({
        name: 'alert_channels',
        help: 'Channels by state; open: its receiver cannot be reached and is left alone for a while.',
        labelNames: ['state'],
        registers: [metrics],
        collect() {
          const counts = { active: 0, disabled: 0, open: 0 };
          for (const [name, { state }] of channels()) {
            counts[state === 'active' && isOpen(name) ? 'open' : state] += 1;
          }
          for (const [state, count] of Object.entries(counts)) this.set({ state }, count);
        },
      });
    },
  };
}
