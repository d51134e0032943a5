/** `GET /pipeline`. */
export type Pipeline = {
  readonly topics: readonly TopicLag[];
  readonly outboxes: readonly {
    readonly service: string;
    readonly pending: number;
    readonly parked: number;
    readonly oldest_seconds: number | null;
  }[];
  readonly dead_letters: readonly {
    readonly topic: string;
    readonly reason: string;
    readonly field?: string;
    readonly count: number;
    readonly newest_at: string;
  }[];
  readonly jobs: readonly {
    readonly name: string;
    readonly pending: number;
    readonly failing: number;
    readonly oldest_seconds: number | null;
  }[];
  readonly rates: { readonly events_per_minute: number | null; readonly decisions_per_minute: number | null };
  readonly services: readonly { readonly name: string; readonly status: string }[];
};

export type TopicLag = {
  readonly topic: string;
  readonly partition: number;
  readonly consumer: string;
  /** null: the consumer has not begun. */
  readonly next_offset: number | string | null;
  /** null: Kafka does not answer. */
  readonly end_offset: number | string | null;
  readonly lag: number | null;
};

export type ConsumerLag = {
  readonly topic: string;
  readonly consumer: string;
  readonly lag: number | undefined;
};

/** The lag of each consumer over all partitions of a topic; undefined where one of them is not known. */
export function lagByConsumer(topics: readonly TopicLag[]): ConsumerLag[] {
  const sums = new Map<string, ConsumerLag>();
  for (const { topic, consumer, lag } of topics) {
    const key = `${consumer} ${topic}`;
    const before = sums.get(key) ?? { topic, consumer, lag: 0 };
    const isKnown = before.lag !== undefined && lag !== null;
    sums.set(key, { ...before, lag: isKnown ? before.lag + lag : undefined });
  }
  return [...sums.values()].sort((a, b) => (b.lag ?? Infinity) - (a.lag ?? Infinity));
}
