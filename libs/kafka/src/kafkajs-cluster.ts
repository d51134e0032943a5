import type { Kafka } from 'kafkajs';

/** The part of kafkajs's cluster class that is used here; its public types lack it. */
export type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addTargetTopic(topic: string): Promise<void>;
  refreshMetadataIfNecessary(): Promise<void>;
  findTopicPartitionMetadata(topic: string): readonly { readonly partitionId: number }[];
  /** Partitions by the node id of their leader. */
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Readonly<Record<string, number[]>>;
  findBroker(which: { readonly nodeId: string }): Promise<Broker>;
  fetchTopicsOffset(topics: readonly TopicOffsetsRequest[]): Promise<TopicOffsetsAnswer[]>;
};

type Broker = { fetch(request: FetchRequest): Promise<FetchAnswer> };

type TopicOffsetsRequest = {
  readonly topic: string;
  readonly fromBeginning: boolean;
  /** In milliseconds since 1970; counts before `fromBeginning`. */
  readonly fromTimestamp?: number;
  readonly partitions: readonly { readonly partition: number }[];
};

type TopicOffsetsAnswer = {
  readonly partitions: readonly { readonly partition: number; readonly offset: string }[];
};

type FetchRequest = {
  readonly isolationLevel: number;
  readonly maxWaitTime: number;
  readonly maxBytes: number;
  readonly topics: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number;
      readonly fetchOffset: string;
      readonly maxBytes: number;
    }[];
  }[];
};

type FetchAnswer = { readonly responses: readonly { readonly partitions: readonly object[] }[] };

type CreateCluster = (options: {
  readonly metadataMaxAge: number;
  readonly allowAutoTopicCreation: boolean;
  readonly isolationLevel: number;
}) => Cluster;

/** Connects as kafkajs's own clients do. @param isolationLevel Of the offsets that it returns: 0 counts open transactions. */
export async function connectCluster(kafka: Kafka, isolationLevel: number): Promise<Cluster> {
  const key = Object.getOwnPropertySymbols(kafka).find(
    ({ description }) => description === 'private:Kafka:createCluster',
  );
  const create = key && (kafka as unknown as Readonly<Record<symbol, CreateCluster>>)[key];
  if (create === undefined) throw new Error('this is not the kafkajs that libs/kafka was written for');
  const cluster = create({ metadataMaxAge: 30_000, allowAutoTopicCreation: false, isolationLevel });
  await cluster.connect();
  return cluster;
}
