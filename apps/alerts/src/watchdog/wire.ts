import type { BatchConsumer } from '@bridge/kafka';
import type { Postgres } from '@bridge/postgres';
import { repeatUntilClosed, type Service } from '@bridge/service-runtime';
import type { RaiseSignals } from '../episodes/raise-signals.ts';
import { defaultLimits, type WatchLimits } from './domain/judge-producers.ts';
import { createProducerRows } from './rows/producer-rows.ts';
import { createWatchProducers } from './watch-producers.ts';

type Deps = {
  readonly postgres: Pick<Postgres, 'query' | 'transaction'>;
  readonly raise: RaiseSignals;
  readonly consumer: Pick<BatchConsumer, 'component'>;
  readonly limits: Pick<WatchLimits, 'silentAfterMs' | 'stalledAfterMs'>;
  readonly now: () => number;
};

/** Between two looks, in milliseconds. */
const everyMs = 5_000;

/** Watches the producers of signals from here on, until the service stops. */
export async function wireWatchdog(
  { use, log }: Pick<Service, 'use' | 'log'>,
  { postgres, raise, consumer, limits, now }: Deps,
): Promise<void> {
  let isListening = true;
  const watchProducers = createWatchProducers({
    producers: createProducerRows(postgres.query),
    transaction: postgres.transaction,
    raise,
    isListening: () => isListening,
    limits: { ...defaultLimits, ...limits },
    now,
  });
  const watch = async () => {
    isListening = (await consumer.component.check()) === 'healthy';
    await watchProducers();
  };
  const failure = 'the producers of signals could not be watched';
  await use(repeatUntilClosed(watch, { failure, everyMs, log }));
}
