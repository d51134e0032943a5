import kafkajs, { type ICustomPartitioner } from 'kafkajs';

/**
 * Where Kafka's own clients would put a message. kafkajs reckons the hash of a key with objects of 64 bits and looks for the
 * partitions that have a leader for every message, which together cost more than writing it; its own choice stays for those
 * without a key.
 */
export const partitionByKey: ICustomPartitioner = () => {
  const partitionOfUnkeyed = kafkajs.Partitioners.DefaultPartitioner();
  return (args) => {
    const { message, partitionMetadata } = args;
    const { key, partition } = message;
    if (partition !== undefined || key === null || key === undefined) return partitionOfUnkeyed(args);
    return (murmur2(Buffer.from(key)) & 0x7fff_ffff) % partitionMetadata.length;
  };
};

const mixing = 0x5bd1_e995;

/** MurmurHash2 as Kafka has it: https://github.com/apache/kafka, `Utils.murmur2`. A signed 32-bit integer. */
function murmur2(bytes: Uint8Array): number {
  const whole = bytes.length & ~3;
  let hash = 0x9747_b28c ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    const word = Math.imul(wordAt(bytes, at), mixing);
    hash = Math.imul(hash, mixing) ^ Math.imul(word ^ (word >>> 24), mixing);
  }
  if (whole < bytes.length) hash = Math.imul(hash ^ wordAt(bytes, whole), mixing);
  hash = Math.imul(hash ^ (hash >>> 13), mixing);
  return hash ^ (hash >>> 15);
}

/** Four bytes, little endian; those behind the end count as 0. */
function wordAt(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  );
}
