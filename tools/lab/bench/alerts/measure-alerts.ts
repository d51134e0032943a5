import type { Bench } from '../bench.ts';
import { measureDeliveries } from './delivery-latency.ts';
import { measureSignals } from './signal-throughput.ts';

/** Signals made durable per second, and how soon the first message about a person is at its receiver. */
export const measureAlerts: Bench = async (context) => [
  ...(await measureSignals(context)),
  ...(await measureDeliveries(context, { slowPersons: 0 })),
  ...(await measureDeliveries(context, { slowPersons: context.quick ? 20 : 100 })),
];
