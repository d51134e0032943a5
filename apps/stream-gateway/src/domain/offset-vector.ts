import { createHash } from 'node:crypto';

/** Next offset of each partition, by topic in the order of the topic map. */
export type OffsetVector = readonly (readonly number[])[];

/** Topic → partition → next offset, as Kafka's side of the gateway reports it. */
export type TopicOffsets = Readonly<Record<string, Readonly<Record<number, number>>>>;

/** Says what offsets mean: the same number in another cluster or topic is another message. */
export type TopicMap = { readonly version: string; readonly topics: readonly string[] };

export function createTopicMap(clusterId: string, topics: readonly string[]): TopicMap {
  const hash = createHash('sha256')
    .update(JSON.stringify([clusterId, ...topics]))
    .digest('hex');
  return { version: `v1-${hash.slice(0, 8)}`, topics };
}

/** Offsets in the map's order. Partitions are numbered from 0 without gaps. */
export function vectorOf(map: TopicMap, offsets: TopicOffsets): number[][] {
  return map.topics.map((topic) => {
    const ofTopic = offsets[topic] ?? {};
    return Array.from({ length: Object.keys(ofTopic).length }, (_, partition) => ofTopic[partition] ?? 0);
  });
}

/** `v1-1f2e3d4c.12,4,88;3,3,0;41`: the map's version, then each topic's next offsets. */
export function encodeVector(map: TopicMap, vector: OffsetVector): string {
  return `${map.version}.${vector.map((offsets) => offsets.join(',')).join(';')}`;
}

const shape = /^(v1-[0-9a-f]{8})\.([\d,;]*)$/;
/** Shorter than 2^53, so that every offset stays exact. */
const offsetShape = /^\d{1,15}$/;

/** Reads a frame id. Undefined if it is malformed, of another topic map, or if its partitions are not those of `current`. */
export function parseVector(map: TopicMap, current: OffsetVector, id: string): number[][] | undefined {
  const [, version, offsets] = shape.exec(id) ?? [];
  if (version !== map.version || offsets === undefined) return undefined;
  const vector = offsets.split(';').map((topic) => (topic === '' ? [] : topic.split(',')));
  const samePartitions =
    vector.length === current.length &&
    vector.every(
      (topic, index) =>
        topic.length === current[index]?.length && topic.every((text) => offsetShape.test(text)),
    );
  return samePartitions ? vector.map((topic) => topic.map(Number)) : undefined;
}
