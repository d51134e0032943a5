import type { BatchConsumer } from '@bridge/kafka';
import type { Postgres } from '@bridge/postgres';
import type { Service } from '@bridge/service-runtime';
import type { RaiseSignals } from '../episodes/raise-signals.ts';
import { createProducerRows } from './rows/producer-rows.ts';
import { createWatchProducers, startWatch } from './watch-producers.ts';

type Deps = {
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly raise: RaiseSignals;
  readonly consumer: Pick<BatchConsumer, 'component'>;
  readonly now: () => number;
};

/** Watches the producers of signals from here on, until the service stops. */
export async function wireWatchdog(
  { use, log }: Pick<Service, 'use' | 'log'>,
  { postgres, raise, consumer, now }: Deps,
): Promise<void> {
  let isListening = true;
  const watchProducers = createWatchProducers({
    producers: createProducerRows(postgres.query),
    transaction: postgres.transaction,
    raise,
    isListening: () => isListening,
    now,
  });
  const watch = async () => {
    isListening = (await consumer.component.check()) === 'healthy';
    await watchProducers();
  };
  await use(startWatch({ watchProducers: watch, log }));
}
