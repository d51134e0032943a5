import type { Admin } from 'kafkajs';

/** Topic → partition → offset of the next message to read. */
export type TopicOffsets = Record<string, Record<number, number>>;

/**
 * - `backMessages`: so many messages before the end of each partition, as far as they are still kept.
 * - `sinceMs`: what was appended since then (milliseconds since 1970), but not more than so many messages of each partition.
 * - `offsets`: the next message of each partition; an offset that is no longer kept becomes the oldest message's; one
 *   past the end, or of a partition that is not named, becomes the end.
 */
export type StartFrom =
  | { readonly backMessages: number }
  | { readonly sinceMs: number; readonly atMostMessages: number }
  | { readonly offsets: TopicOffsets };

/** Asks the broker what it still keeps and finds the first offset of each partition. */
export async function startOffsets(
  admin: Admin,
  topics: readonly string[],
  from: StartFrom,
): Promise<TopicOffsets> {
  const entries = await Promise.all(
    topics.map(async (topic) => {
      const since = 'sinceMs' in from ? await offsetsSince(admin, topic, from.sinceMs) : undefined;
      const partitions = await admin.fetchTopicOffsets(topic);
      const starts = partitions.map(({ partition, low, high }) => {
        const kept = { low: Number(low), high: Number(high) };
        if (!('sinceMs' in from)) return [partition, startOf(kept, wanted(from, topic, partition))];
        const back = startOf(kept, { back: from.atMostMessages });
        return [partition, startOf(kept, { offset: Math.max(back, since?.get(partition) ?? back) })];
      });
      return [topic, Object.fromEntries(starts) as Record<number, number>] as const;
    }),
  );
  return Object.fromEntries(entries);
}

type StartPoint = { readonly back: number } | { readonly offset: number | undefined };

async function offsetsSince(
  admin: Admin,
  topic: string,
  sinceMs: number,
): Promise<ReadonlyMap<number, number>> {
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, sinceMs);
  return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
}

function wanted(from: Exclude<StartFrom, { sinceMs: number }>, topic: string, partition: number): StartPoint {
  return 'offsets' in from ? { offset: from.offsets[topic]?.[partition] } : { back: from.backMessages };
}

/** @param kept `low` is the oldest kept offset, `high` the one that the next message will get. */
export function startOf(kept: { readonly low: number; readonly high: number }, start: StartPoint): number {
  const offset = 'back' in start ? kept.high - start.back : (start.offset ?? kept.high);
  return Math.min(Math.max(offset, kept.low), kept.high);
}
