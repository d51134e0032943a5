import { type LogReader } from '@bridge/kafka';
import { type Query } from '@bridge/postgres';

export type TopicLag = {
  readonly topic: string;
  readonly partition: number;
  readonly consumer: string;
  /** null: the consumer has not begun with this partition. */
  readonly nextOffset: number | null;
  /** null while Kafka does not answer. */
  readonly endOffset: number | null;
  readonly lag: number | null;
};

export type ConsumedTopic = { readonly topic: string; readonly consumer: string };

type Position = ConsumedTopic & { readonly partition: number; readonly next: number };

export type ReadTopicLag = () => Promise<TopicLag[]>;

type Deps = {
  readonly query: Query;
  readonly log: Pick<LogReader, 'ends' | 'emptyUpTo'>;
  /** Shown although nothing of them was read yet. */
  readonly consumed: readonly ConsumedTopic[];
};

/** How far consumers are, by their positions in PostgreSQL against the ends of the log. */
export function createTopicLag({ query, log, consumed }: Deps): ReadTopicLag {
  /** Transaction markers and what was aborted are for no consumer: they are no lag. */
  async function lagOf({ topic, partition }: Position, next: number, end: number): Promise<number> {
    return next >= end ? 0 : end - (await log.emptyUpTo(topic, partition, next, end));
  }

  async function withLog(pair: ConsumedTopic, positions: readonly Position[]): Promise<TopicLag[]> {
    const ends = (await log.ends(pair.topic)).sort((a, b) => a.partition - b.partition);
    return Promise.all(
      ends.map(async ({ partition, low, high }) => {
        const next = positions.find((position) => position.partition === partition)?.next;
        const lag = await lagOf({ ...pair, partition, next: next ?? low }, Math.max(next ?? low, low), high);
        return { ...pair, partition, nextOffset: next ?? null, endOffset: high, lag };
      }),
    );
  }

  return async function readTopicLag() {
    const positions = await query<Position>(
      'select topic, consumer, partition, next_offset next from shared.positions order by topic, consumer, partition',
    );
    const all = [...consumed, ...positions.map(({ topic, consumer }) => ({ topic, consumer }))];
    const pairs = new Map(all.map(({ topic, consumer }) => [`${topic}\n${consumer}`, { topic, consumer }]));
    const lags = [...pairs.values()].map(async (pair) => {
      const own = positions.filter(
        ({ topic, consumer }) => topic === pair.topic && consumer === pair.consumer,
      );
      // Kafka is away, or a topic is gone: the positions are shown all the same.
      return withLog(pair, own).catch(() =>
        own.map(({ partition, next }) => ({
          ...pair,
          partition,
          nextOffset: next,
          endOffset: null,
          lag: null,
        })),
      );
    });
    return (await Promise.all(lags)).flat();
  };
}
