import { createHash } from 'node:crypto';

/**
 * Next position of each partition, by topic in the order of the topic map. A position says which message comes next, and which
 * item of it: a partner's message holds up to a thousand events.
 */
export type OffsetVector = readonly (readonly number[])[];

/** Topic → partition → next offset, as Kafka's side of the gateway reports it. */
export type TopicOffsets = Readonly<Record<string, Readonly<Record<number, number>>>>;

/** Says what offsets mean: the same number in another cluster or topic is another message. */
export type TopicMap = { readonly version: string; readonly topics: readonly string[] };

/** An item's place among the partitions; `topic` is the index in the topic map. */
export type Place = { readonly topic: number; readonly partition: number; readonly position: number };

/** More than a message may hold. Offsets stay exact up to 8.7 million millions. */
const itemsPerMessage = 1_024;

export function positionOf(offset: number, item = 0): number {
  return offset * itemsPerMessage + Math.min(item, itemsPerMessage - 1);
}

export function offsetOf(position: number): number {
  return Math.floor(position / itemsPerMessage);
}

export function createTopicMap(clusterId: string, topics: readonly string[]): TopicMap {
  const hash = createHash('sha256')
    .update(JSON.stringify([clusterId, ...topics]))
    .digest('hex');
  return { version: `v1-${hash.slice(0, 8)}`, topics };
}

/** Positions in the map's order. Partitions are numbered from 0 without gaps. */
export function vectorOf(map: TopicMap, offsets: TopicOffsets): number[][] {
  return map.topics.map((topic) => {
    const ofTopic = offsets[topic] ?? {};
    const count = Object.keys(ofTopic).length;
    return Array.from({ length: count }, (_, partition) => positionOf(ofTopic[partition] ?? 0));
  });
}

/** Whether a subscriber whose id is this vector has what lies at this place. */
export function isBelow({ topic, partition, position }: Place, vector: OffsetVector): boolean {
  return position < (vector[topic]?.[partition] ?? 0);
}

/** Whether everything below `other` lies below `vector` too. */
export function reaches(vector: OffsetVector, other: OffsetVector): boolean {
  return other.every((positions, topic) =>
    positions.every((position, partition) => (vector[topic]?.[partition] ?? 0) >= position),
  );
}

/** `v1-1f2e3d4c.12,4+2,88;3,3,0;41`: the map's version, then each topic's next offsets; `4+2` has two items of message 4. */
export function encodeVector(map: TopicMap, vector: OffsetVector): string {
  return `${map.version}.${vector.map((positions) => positions.map(encodePosition).join(',')).join(';')}`;
}

function encodePosition(position: number): string {
  const item = position % itemsPerMessage;
  return item === 0 ? String(position / itemsPerMessage) : `${offsetOf(position)}+${item}`;
}

/** Why an id can't be resumed from. */
export type IdFault = 'malformed' | 'other_topics' | 'unknown_partitions';

const longestId = 8_192;
const shape = /^(v1-[0-9a-f]{8})\.([\d,;+]*)$/;
/** Short enough that every position stays exact. */
const positionShape = /^(\d{1,12})(?:\+(\d{1,3}|10[01]\d|102[0-3]))?$/;

/**
 * Reads a frame id. A partition that it does not name was added later: nothing of it was seen.
 * @param current The partitions that are known here.
 */
export function parseVector(map: TopicMap, current: OffsetVector, id: string): number[][] | IdFault {
  const [, version, positions] = id.length > longestId ? [] : (shape.exec(id) ?? []);
  if (version === undefined || positions === undefined) return 'malformed';
  if (version !== map.version) return 'other_topics';
  const topics = positions.split(';').map((topic) => (topic === '' ? [] : topic.split(',')));
  if (topics.length !== current.length) return 'malformed';
  const vector = topics.map((topic) => topic.map(parsePosition));
  if (vector.some((topic) => topic.includes(undefined))) return 'malformed';
  if (vector.some((topic, index) => topic.length > (current[index]?.length ?? 0)))
    return 'unknown_partitions';
  return current.map((known, topic) => known.map((_, partition) => vector[topic]?.[partition] ?? 0));
}

function parsePosition(text: string): number | undefined {
  const [, offset, item = '0'] = positionShape.exec(text) ?? [];
  return offset === undefined ? undefined : positionOf(Number(offset), Number(item));
}
