import { Counter, Histogram, type Registry } from 'prom-client';

/** Metrics of a process's publishers; a second publisher shares the first one's. */
export function observePublisher(metrics: Registry) {
  const published = counter(metrics, 'kafka_published_total', 'Messages that all in-sync replicas have.', [
    'topic',
  ]);
  const failed = counter(
    metrics,
    'kafka_publish_failed_total',
    'Messages that were not confirmed (unavailable) or that the broker refuses for good (refused).',
    ['reason'],
  );
  const seconds = histogram(
    metrics,
    'kafka_publish_seconds',
    'Time of one send, with all messages that shared it.',
    [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 5],
  );
  return {
    startSend: () => seconds.startTimer(),
    published: (topic: string) => published.inc({ topic }),
    failed: (reason: 'unavailable' | 'refused', count: number) => failed.inc({ reason }, count),
  };
}

function counter(metrics: Registry, name: string, help: string, labelNames: string[]): Counter {
  const existing = metrics.getSingleMetric(name);
  if (existing instanceof Counter) return existing;
  return new Counter({ name, help, labelNames, registers: [metrics] });
}

function histogram(metrics: Registry, name: string, help: string, buckets: number[]): Histogram {
  const existing = metrics.getSingleMetric(name);
  if (existing instanceof Histogram) return existing;
  return new Histogram({ name, help, buckets, registers: [metrics] });
}
