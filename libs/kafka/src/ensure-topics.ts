import kafkajs, { type Admin } from 'kafkajs';
import type { Topic } from '@bridge/contracts';

/** Where an existing topic differs from the map of topics. */
export type TopicDrift = {
  readonly topic: string;
  /** `partitions` or the name of a topic setting. */
  readonly setting: string;
  readonly expected: string;
  readonly actual: string;
};

/**
 * Creates the topics that are missing and reports where others differ; it changes nothing that exists. Replication is the
 * broker's default. Safe to run by several processes at once.
 */
export async function ensureTopics(
  admin: Admin,
  wanted: readonly Topic[],
): Promise<{ created: string[]; drift: TopicDrift[] }> {
  const existing = new Set(await admin.listTopics());
  const missing = wanted.filter(({ name }) => !existing.has(name));
  if (missing.length > 0) {
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map((topic) => ({
        topic: topic.name,
        numPartitions: topic.partitions,
        configEntries: Object.entries(topicSettings(topic)).map(([name, value]) => ({ name, value })),
      })),
    });
  }
  const kept = wanted.filter(({ name }) => existing.has(name));
  return { created: missing.map(({ name }) => name), drift: await findDrift(admin, kept) };
}

function topicSettings(topic: Topic): Record<string, string> {
  return {
    'cleanup.policy': 'delete',
    'max.message.bytes': String(topic.maxBatchBytes),
    'message.timestamp.type': topic.timestampType,
    'retention.ms': String(topic.retentionMs),
  };
}

async function findDrift(admin: Admin, topics: readonly Topic[]): Promise<TopicDrift[]> {
  if (topics.length === 0) return [];
  const { topics: metadata } = await admin.fetchTopicMetadata({ topics: topics.map(({ name }) => name) });
  const partitions = new Map(metadata.map((found) => [found.name, found.partitions.length]));
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  const configs = new Map(
    resources.map(({ resourceName, configEntries }) => [
      resourceName,
      new Map(configEntries.map(({ configName, configValue }) => [configName, configValue])),
    ]),
  );
  return topics.flatMap((topic) => {
    const expected = { partitions: String(topic.partitions), ...topicSettings(topic) };
    const actual = new Map([
      ['partitions', String(partitions.get(topic.name))],
      ...(configs.get(topic.name) ?? []),
    ]);
    return Object.entries(expected)
      .filter(([setting, value]) => actual.get(setting) !== value)
      .map(([setting, value]) => ({
        topic: topic.name,
        setting,
        expected: value,
        actual: actual.get(setting) ?? 'unset',
      }));
  });
}
