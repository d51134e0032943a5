import { deadLetterName } from '@bridge/contracts';
import { deadLetterRecord, type IncomingMessage, type LogReader } from '@bridge/kafka';
import { countDeadLetters, type DeadLetter, type DeadLetterCount } from '../domain/dead-letter-counts.ts';

export type CountedDeadLetters = DeadLetterCount & {
  /** The topic that the messages were on. */
  readonly topic: string;
};

/** Rejects when no topic can be read. */
export type CountDeadLetters = (topics: readonly string[]) => Promise<CountedDeadLetters[]>;

/** The newest of one topic that are counted. */
const mostLetters = 5_000;
/** A reason or a field is a word of ours; whoever else writes to the topic gets no more room. */
const longestWord = 100;

type Known = { letters: DeadLetter[]; next: number };

/** Counts the newest dead letters. Each is read once: what was counted before is kept in memory until the log drops it. */
export function createDeadLetterCounts(log: Pick<LogReader, 'ends' | 'fetch'>): CountDeadLetters {
  const known = new Map<string, Known>();

  async function update(topic: string): Promise<Known> {
    const name = deadLetterName(topic);
    // It has one partition; of more, those are counted that the first one holds.
    const [end] = await log.ends(name);
    if (end === undefined) return { letters: [], next: 0 };
    const { letters, next } = known.get(topic) ?? { letters: [], next: 0 };
    const recreated = next > end.high;
    const first = Math.max(end.low, end.high - mostLetters);
    const kept = recreated ? [] : letters.filter(({ offset }) => offset >= first);
    let at = Math.max(first, recreated ? 0 : next);
    while (at < end.high) {
      const read = await log.fetch(name, end.partition, at);
      if (read.next === at) break;
      kept.push(...read.messages.flatMap(letterOf));
      at = read.next;
    }
    const updated = { letters: kept, next: at };
    known.set(topic, updated);
    return updated;
  }

  return async function countNewest(topics) {
    const read = await Promise.allSettled(topics.map(update));
    const [failure] = read.filter(({ status }) => status === 'rejected');
    // One topic is not there: the others count. None can be read: Kafka is away.
    if (failure?.status === 'rejected' && read.every(({ status }) => status === 'rejected'))
      throw failure.reason;
    return topics.flatMap((topic, index) => {
      const result = read[index];
      const letters = result?.status === 'fulfilled' ? result.value.letters : [];
      return countDeadLetters(letters).map((count) => ({ topic, ...count }));
    });
  };
}

function letterOf(message: IncomingMessage): DeadLetter[] {
  const record = deadLetterRecord(message);
  if (record === undefined) return [];
  const { reason, field } = record;
  return [
    {
      offset: message.offset,
      reason: reason.slice(0, longestWord),
      field: field?.slice(0, longestWord),
      at: message.brokerTime,
    },
  ];
}
