import { allTopics, type Topic } from '@bridge/contracts';
import type { Log } from '@bridge/core';
import { connectKafka, ensureTopics } from '@bridge/kafka';
import { Registry } from 'prom-client';

export type CreateTopicsOptions = {
  /** Brokers as `host:port`, separated by commas. */
  readonly bootstrapServers: string;
  readonly log: Log;
  /** Default: the whole map, with the dead-letter topics. */
  readonly topics?: readonly Topic[];
};

/**
 * Creates the missing topics of the map and warns of existing topics that differ from it. The operator owns the partition
 * counts, retention and sizes of existing topics, so it changes none. Returns the names of the created topics.
 */
export async function createTopics({
  bootstrapServers,
  log,
  topics = allTopics(),
}: CreateTopicsOptions): Promise<string[]> {
  const brokers = bootstrapServers.split(',');
  const connection = await connectKafka(
    { brokers, clientId: 'create-topics' },
    { log, metrics: new Registry() },
  );
  try {
    const { created, drift } = await ensureTopics(await connection.admin(), topics);
    for (const topic of created) log.info('topic created', { topic });
    for (const { topic, setting, expected, actual } of drift) {
      log.warn(`topic ${topic} differs from the map: ${setting} is ${actual}, expected ${expected}`, {
        topic,
        expected,
        actual,
      });
    }
    return created;
  } finally {
    await connection.close();
  }
}
