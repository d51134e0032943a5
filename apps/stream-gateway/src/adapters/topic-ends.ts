import type { LogReader } from '@bridge/kafka';
import type { Feed } from '../domain/feed.ts';
import { positionOf, reaches, type OffsetVector } from '../domain/offset-vector.ts';
import type { PartitionRange } from '../domain/reading.ts';

type Deps = {
  readonly reader: Pick<LogReader, 'ends' | 'emptyUpTo'>;
  readonly feed: Pick<Feed, 'skip'>;
  readonly topics: readonly string[];
};

/** What the broker knows of the ends of the topics that the gateway reads. */
export type TopicEnds = {
  /** The vector behind the last message of each partition. Those who ask at the same time share one answer. */
  readonly vector: () => Promise<OffsetVector>;
  /** Whether a gateway can have given out this vector. While the broker does not say, it can. */
  readonly exists: (vector: OffsetVector) => Promise<boolean>;
  /**
   * Takes note of stretches that hold nothing for a reader: markers of transactions and what was compacted. Nobody reads them,
   * so whoever waits until they are read waits in vain.
   */
  readonly skipEmpty: (ranges: readonly PartitionRange[]) => Promise<void>;
};

export function createTopicEnds({ reader, feed, topics }: Deps): TopicEnds {
  let asking: Promise<OffsetVector> | undefined;

  async function ask(): Promise<OffsetVector> {
    const ends: number[][] = [];
    for (const topic of topics) {
      const partitions = await reader.ends(topic);
      ends.push(partitions.sort((a, b) => a.partition - b.partition).map(({ high }) => positionOf(high)));
    }
    return ends;
  }

  const vector = () => (asking ??= ask().finally(() => (asking = undefined)));

  return {
    vector,
    async exists(wanted) {
      try {
        // A question that was under way may have been answered before the newest message came.
        await asking?.catch(() => undefined);
        return reaches(await vector(), wanted);
      } catch {
        return true;
      }
    },
    async skipEmpty(ranges) {
      for (const { topic, partition, from, to } of ranges) {
        try {
          const offset = await reader.emptyUpTo(topic, partition, from, to);
          if (offset > from) feed.skip({ topic, partition, offset });
        } catch {
          // The broker is away: the messages are read when it is back.
        }
      }
    },
  };
}
