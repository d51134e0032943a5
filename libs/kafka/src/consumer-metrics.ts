import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { Lane } from './lanes.ts';

export type ConsumerMetrics = {
  readonly lag: (lane: Lane) => void;
  readonly batch: (phase: 'prepare' | 'commit', seconds: number, messages: number) => void;
  readonly failure: (verdict: string) => void;
};

/** One registry may serve several consumers of a process, so existing metrics are taken up again. */
export function consumerMetrics(metrics: Registry, group: string): ConsumerMetrics {
  const lag = once(metrics, 'kafka_consumer_lag', (name) => {
    const help = 'Messages in the log that are not decided yet.';
    return new Gauge({ name, help, labelNames: ['topic', 'partition', 'group'], registers: [metrics] });
  });
  const seconds = once(metrics, 'batch_seconds', (name) => {
    const help = 'Time of one phase of a micro-batch.';
    const buckets = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5];
    return new Histogram({ name, help, labelNames: ['group', 'phase'], buckets, registers: [metrics] });
  });
  const size = once(metrics, 'batch_messages', (name) => {
    const help = 'Messages in a micro-batch.';
    const buckets = [1, 5, 20, 50, 100, 200, 500, 1_000];
    return new Histogram({ name, help, labelNames: ['group'], buckets, registers: [metrics] });
  });
  const failures = once(metrics, 'batch_failures_total', (name) => {
    const help = 'Batches that failed, by verdict.';
    return new Counter({ name, help, labelNames: ['group', 'verdict'], registers: [metrics] });
  });
  return {
    lag: ({ topic, partition, highWatermark, committed }) =>
      lag.set({ topic, partition: String(partition), group }, Math.max(0, highWatermark - committed)),
    batch: (phase, took, messages) => {
      seconds.observe({ group, phase }, took);
      if (phase === 'commit') size.observe({ group }, messages);
    },
    failure: (verdict) => failures.inc({ group, verdict }),
  };
}

function once<M>(metrics: Registry, name: string, create: (name: string) => M): M {
  return (metrics.getSingleMetric(name) as M | undefined) ?? create(name);
}
