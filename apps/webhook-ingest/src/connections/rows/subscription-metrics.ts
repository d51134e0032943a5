import { Counter, type Registry } from 'prom-client';

/** `subscription_steps_total{outcome}`: changes of subscriptions at vendors. */
export function countSubscriptions(metrics: Registry) {
  const steps = new Counter({
    name: 'subscription_steps_total',
    help: "Changes of the application's subscriptions at Oura by outcome.",
    labelNames: ['outcome'] as const,
    registers: [metrics],
  });
  return (outcome: 'created' | 'renewed' | 'redirected' | 'failed') => steps.inc({ outcome });
}
