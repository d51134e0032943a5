import { PublishRefused, type OutgoingMessage } from '@bridge/kafka';

/** An event on its way to `biometric.events`. */
export type EventMessage = OutgoingMessage & {
  /** The user_id. */
  readonly key: string;
  readonly ceId: string;
};

/** Whether Kafka accepted the last message. Shared with the relay, which notices when Kafka is back. */
export type KafkaStatus = { up: boolean };

type Deps = {
  /** Which of these persons have unpublished rows. Throws while PostgreSQL is down. */
  readonly backlogOf: (userIds: ReadonlySet<string>) => Promise<ReadonlySet<string>>;
  /** Resolves after acks=all. */
  readonly publish: (messages: readonly EventMessage[]) => Promise<void>;
  /** Resolves after the commit; the relay publishes the rows later. */
  readonly spool: (messages: readonly EventMessage[]) => Promise<void>;
  readonly status: KafkaStatus;
};

type Failures = ReadonlyMap<EventMessage, unknown>;
type Store = (messages: readonly EventMessage[]) => Promise<void>;

/**
 * Makes a batch durable: on Kafka, or in the outbox while Kafka is down. While a person has rows there, that person's new
 * messages join them, so that nothing overtakes. While PostgreSQL is down too, all messages go to Kafka. Returns the messages
 * that neither accepted.
 */
export function createPublishOrSpool({ backlogOf, publish, spool, status }: Deps) {
  async function publishDirectly(messages: readonly EventMessage[]): Promise<void> {
    try {
      await publish(messages);
      status.up = true;
    } catch (error) {
      // Until the relay succeeds, no batch waits for another attempt.
      if (!(error instanceof PublishRefused)) status.up = false;
      throw error;
    }
  }

  async function heldBack(messages: readonly EventMessage[]): Promise<ReadonlySet<string>> {
    const userIds = new Set(messages.map(({ key }) => key));
    if (!status.up) return userIds;
    try {
      return await backlogOf(userIds);
    } catch {
      // PostgreSQL is down: its component and its breaker report it. Spooled messages may be overtaken.
      return new Set();
    }
  }

  return async function publishOrSpool(messages: readonly EventMessage[]): Promise<Failures> {
    const held = await heldBack(messages);
    const failures = await Promise.all([
      storeBy(
        [publishDirectly, spool],
        messages.filter(({ key }) => !held.has(key)),
      ),
      storeBy(
        [spool, publishDirectly],
        messages.filter(({ key }) => held.has(key)),
      ),
    ]);
    return new Map(failures.flatMap((some) => [...some]));
  };
}

/** Tries the first store, then the second. An unclear send may have arrived after all, but under the same id. */
async function storeBy(stores: readonly Store[], messages: readonly EventMessage[]): Promise<Failures> {
  let failure: unknown;
  if (messages.length === 0) return new Map();
  for (const store of stores) {
    try {
      await store(messages);
      return new Map();
    } catch (error) {
      if (error instanceof PublishRefused) return refusedOf(messages, error);
      failure = error;
    }
  }
  return new Map(messages.map((message) => [message, failure]));
}

/** The broker refused some for good; the others were published. */
function refusedOf(messages: readonly EventMessage[], error: PublishRefused): Failures {
  return new Map(messages.flatMap((message, index) => (error.refused.has(index) ? [[message, error]] : [])));
}
