import { Counter, type Registry } from 'prom-client';

export type PushMetrics = {
  pushed(messages: number): void;
  failed(): void;
  skipped(reason: string): void;
};

export function createPushMetrics(registry: Registry): PushMetrics {
  const registers = [registry];
  const pushed = new Counter({
    name: 'websocket_pushed_total',
    help: 'Transitions and alert changes that the server of WEBSOCKET_URL has taken.',
    registers,
  });
  const failed = new Counter({
    name: 'websocket_failures_total',
    help: 'Attempts that the server of WEBSOCKET_URL refused, cut or did not confirm.',
    registers,
  });
  const skipped = new Counter({
    name: 'websocket_skipped_total',
    help: 'Messages that were not pushed, by reason.',
    labelNames: ['reason'] as const,
    registers,
  });
  return {
    pushed: (messages) => pushed.inc(messages),
    failed: () => failed.inc(),
    skipped: (reason) => skipped.inc({ reason }),
  };
}
