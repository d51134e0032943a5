import { Counter, Gauge, type Registry } from 'prom-client';

export type CallOutcome = 'success' | 'failure' | 'timeout' | 'rejected' | 'aborted';
export type BreakerState = 'closed' | 'half_open' | 'open';

export type PolicyMetrics = {
  called(policy: string, outcome: CallOutcome): void;
  retried(policy: string): void;
  breaker(policy: string, state: BreakerState): void;
};

const breakerValues: Readonly<Record<BreakerState, number>> = { closed: 0, half_open: 1, open: 2 };

export function createPolicyMetrics(metrics: Registry): PolicyMetrics {
  const calls = new Counter({
    name: 'resilience_calls_total',
    help: 'Calls through a policy by how they ended, retries not counted apart.',
    labelNames: ['policy', 'outcome'] as const,
    registers: [metrics],
  });
  const retries = new Counter({
    name: 'resilience_retries_total',
    help: 'Attempts after the first.',
    labelNames: ['policy'] as const,
    registers: [metrics],
  });
  const breakers = new Gauge({
    name: 'resilience_breaker_state',
    help: '0 closed, 1 half open, 2 open.',
    labelNames: ['policy'] as const,
    registers: [metrics],
  });
  return {
    called: (policy, outcome) => calls.inc({ policy, outcome }),
    retried: (policy) => retries.inc({ policy }),
    breaker: (policy, state) => breakers.set({ policy }, breakerValues[state]),
  };
}
