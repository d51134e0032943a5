import {
  createAnnouncer,
  createBatchTransactions,
  createBatchWriter,
  createWire,
  startServiceOutbox,
} from '@bridge/delivery';
import { createPublisher, type KafkaConnection } from '@bridge/kafka';
import { createEventKeys, createPositions, type Postgres } from '@bridge/postgres';
import type { Service } from '@bridge/service-runtime';
import type { Vault } from '@bridge/vault';
import type { AlertsConfig } from '../config.ts';
import type { NoteUnreadable } from '../unreadable-rows.ts';
import { createChangeAlert } from './change-alert.ts';
import { createRaiseSignals } from './raise-signals.ts';
import { createAnnounceChange } from './rows/change-messages.ts';

type Deps = {
  readonly postgres: Postgres;
  readonly kafka: KafkaConnection;
  readonly vault: Vault;
  readonly noteUnreadable: NoteUnreadable;
  /** Called after each commit that changed an episode. */
  readonly planSoon: () => void;
  readonly now: () => number;
};

export type Episodes = Awaited<ReturnType<typeof wireEpisodes>>;

/** Until the configuration was read. */
const defaultWaitMs = 30_000;

/** Everything that changes episodes, and the outbox through which their changes leave. */
export async function wireEpisodes(
  { use, log, metrics }: Service,
  config: AlertsConfig,
  { postgres, kafka, vault, noteUnreadable, planSoon, now }: Deps,
) {
  const publisher = await use(createPublisher(kafka));
  const { codec, signer, makeMessage } = await createWire(config.wire, {
    source: 'alerts',
    produces: config.produces,
  });
  const { outbox, outboxSeal, relay } = await use(
    startServiceOutbox({ schema: 'alerts', postgres, vault, publisher, metrics, log }),
  );
  const positions = createPositions(postgres.query, 'alerts', config.group);
  const writer = createBatchWriter({ positions, outbox });
  const eventKeys = createEventKeys('alerts');
  const beginBatch = createBatchTransactions({ postgres, positions, eventKeys, writer, relay });
  const announce = createAnnouncer({ makeMessage, outboxSeal });

  let shortestWaitMs = defaultWaitMs;
  const changing = {
    announceChange: createAnnounceChange(announce, config.topics.changes),
    now,
    shortestWaitMs: () => shortestWaitMs,
    beginBatch,
    vault,
    noteUnreadable,
    planSoon,
  };
  const changeAlert = createChangeAlert(changing);
  return {
    changing,
    raiseSignals: createRaiseSignals(changing),
    forActions: { beginBatch, announce, eventsTopic: config.topics.events, changeAlert },
    codec,
    signer,
    positions,
    outboxSeal,
    noteShortestWait: (ms: number) => {
      shortestWaitMs = ms;
    },
  };
}
