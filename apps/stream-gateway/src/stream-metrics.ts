import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { type FrameContent } from './domain/read-frame.ts';

/** Why a stream ended. */
export type StreamEnd = 'client' | 'slow' | 'revoked' | 'erased' | 'behind' | 'stopping';
/** `ended`: before it began. */
export type StreamBeginning = 'live' | 'resumed' | 'reset' | 'ended';

export type StreamMetrics = {
  /** @param brokerTime When the message was appended, in milliseconds since 1970. */
  published(kind: FrameContent['kind'], brokerTime: number): void;
  skipped(topic: string, reason: string): void;
  began(beginning: StreamBeginning): void;
  ended(end: StreamEnd): void;
};

export function createStreamMetrics(registry: Registry, subscribers: () => number): StreamMetrics {
  const registers = [registry];
  const startedAt = Date.now();
  new Gauge({
    name: 'stream_subscribers',
    help: 'Open streams.',
    registers,
    collect() {
      this.set(subscribers());
    },
  });
  const delay = new Histogram({
    name: 'stream_frame_delay_seconds',
    help: "From the broker's append to the frame's bytes handed to every subscriber.",
    labelNames: ['kind'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers,
  });
  const skipped = new Counter({
    name: 'stream_skipped_total',
    help: 'Messages that were not shown, by reason.',
    labelNames: ['topic', 'reason'] as const,
    registers,
  });
  const began = new Counter({
    name: 'stream_begun_total',
    help: 'Streams by how they began: live, resumed, reset, or ended before.',
    labelNames: ['beginning'] as const,
    registers,
  });
  const ended = new Counter({
    name: 'stream_ended_total',
    help: 'Streams by why they ended.',
    labelNames: ['reason'] as const,
    registers,
  });

  return {
    published(kind, brokerTime) {
      // What was appended before the start is read again for those who resume, not late.
      if (brokerTime >= startedAt) delay.observe({ kind }, (Date.now() - brokerTime) / 1000);
    },
    skipped: (topic, reason) => skipped.inc({ topic, reason }),
    began: (beginning) => began.inc({ beginning }),
    ended: (reason) => ended.inc({ reason }),
  };
}
