import { Counter, type Registry } from 'prom-client';
import type { StoreOutcome } from '../documents/rows/store-objects.ts';

export type CountSettled = (
  vendor: string,
  outcome: StoreOutcome['kind'] | 'gave_up' | 'unknown_type',
) => void;
export type CountReconciled = (vendor: string, dataType: string, count: number) => void;

/** `notices_settled_total{vendor, outcome}`: what the documents of notices came to. */
export function createSettledCounter(metrics: Registry): CountSettled {
  const settled = new Counter({
    name: 'notices_settled_total',
    help: 'Objects named by notices, by what came of them; gave_up: the vendor did not have the document for a day.',
    labelNames: ['vendor', 'outcome'] as const,
    registers: [metrics],
  });
  return (vendor, outcome) => {
    settled.inc({ vendor, outcome });
  };
}

/** `reconciled_total{vendor, data_type}`: events that only a reconciling pull found. */
export function createReconciledCounter(metrics: Registry): CountReconciled {
  const reconciled = new Counter({
    name: 'reconciled_total',
    help: 'Events that no webhook brought: found by pulls of the last days. Of types without webhooks, all of them.',
    labelNames: ['vendor', 'data_type'] as const,
    registers: [metrics],
  });
  return (vendor, dataType, count) => {
    reconciled.inc({ vendor, data_type: dataType }, count);
  };
}
