/**
 * The map of topics: its one home. Scripts, documents and tests read it from here.
 * Partition counts are configuration; nothing in the code may assume them.
 */
const day = 86_400_000;
const kib = 1024;

export type Topic = {
  readonly name: string;
  /** The type of the value; the registry subject is `<name>-value`. */
  readonly value: string;
  readonly partitions: number;
  readonly retentionMs: number;
  /** The field that our producers write as the message key. A partner may send another key or none. */
  readonly key: 'user_id';
  /** Largest value that we write, in bytes. Longer series are split before they are sent. */
  readonly maxMessageBytes: number;
  /**
   * The topic's `max.message.bytes`. The broker measures a whole compressed batch against it, so it is Kafka's
   * own default, which clients' default batch sizes fit. Batches that we send must stay below it.
   */
  readonly maxBatchBytes: number;
  /** The topic's `message.timestamp.type`. With LogAppendTime a message's timestamp is the broker's time. */
  readonly timestampType: 'LogAppendTime';
  readonly producedBy: readonly string[];
  readonly consumedBy: readonly string[];
};

function topic(
  about: Pick<Topic, 'name' | 'value' | 'partitions' | 'retentionMs' | 'producedBy' | 'consumedBy'>,
): Topic {
  return {
    ...about,
    key: 'user_id',
    maxMessageBytes: 512 * kib,
    maxBatchBytes: 1_048_588,
    timestampType: 'LogAppendTime',
  };
}

export const topics = {
  events: topic({
    name: 'biometric.events',
    value: 'BiometricEvent',
    partitions: 3,
    retentionMs: 7 * day,
    producedBy: ['webhook-ingest', 'alerts', 'partners'],
    consumedBy: ['cognition', 'stream-gateway'],
  }),
  transitions: topic({
    name: 'biometric.transitions',
    value: 'ModeTransition',
    partitions: 3,
    retentionMs: 30 * day,
    producedBy: ['cognition'],
    consumedBy: ['stream-gateway'],
  }),
  alerts: topic({
    name: 'biometric.alerts',
    value: 'AlertSignal',
    partitions: 1,
    retentionMs: 30 * day,
    producedBy: ['cognition', 'webhook-ingest', 'partners'],
    consumedBy: ['alerts'],
  }),
  alertChanges: topic({
    name: 'biometric.alert-changes',
    value: 'AlertChange',
    partitions: 1,
    retentionMs: 30 * day,
    producedBy: ['alerts'],
    consumedBy: ['stream-gateway'],
  }),
  insights: topic({
    name: 'biometric.insights',
    value: 'Insight',
    partitions: 3,
    retentionMs: 30 * day,
    producedBy: ['cognition'],
    consumedBy: ['stream-gateway'],
  }),
  analysisRequests: topic({
    name: 'analysis.requests',
    value: 'AnalysisRequest',
    partitions: 3,
    retentionMs: day,
    producedBy: ['stream-gateway'],
    consumedBy: ['cognition'],
  }),
} as const satisfies Record<string, Topic>;

export type TopicKey = keyof typeof topics;

/** Consumer groups whose names operators see. Gateways read under a group id of their own. */
export const consumerGroups = {
  decisions: 'neuros-biometric-bridge',
  analysis: 'neuros-analysis',
  alerts: 'biometric-alerts',
  websocket: 'neuros-websocket',
} as const;

/** `<name>.dlq`: original key, value and headers, with 64 KiB of room for the headers that say why. */
export function deadLetterTopic(source: Topic): Topic {
  return {
    ...source,
    name: deadLetterName(source.name),
    value: 'original bytes',
    partitions: 1,
    retentionMs: 7 * day,
    maxMessageBytes: source.maxMessageBytes + 64 * kib,
    maxBatchBytes: source.maxBatchBytes + 64 * kib,
    producedBy: source.consumedBy,
    consumedBy: ['tools'],
  };
}

export function deadLetterName(topicName: string): string {
  return `${topicName}.dlq`;
}

/** Every topic that must exist, dead-letter topics included. */
export function allTopics(): Topic[] {
  return Object.values(topics).flatMap((source) => [source, deadLetterTopic(source)]);
}
