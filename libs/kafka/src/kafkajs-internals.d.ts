// Modules of the pinned kafkajs that are used or whose functions are exchanged; the package has no types for them.
declare module 'kafkajs/src/protocol/encoder.js' {
  const encoder: unknown;
  export default encoder;
}
declare module 'kafkajs/src/protocol/decoder.js' {
  const decoder: unknown;
  export default decoder;
}
declare module 'kafkajs/src/protocol/recordBatch/header/v0/decoder.js' {
  const readHeader: unknown;
  export default readHeader;
}
/** The records of one partition in one fetch, without markers and aborted records. */
declare module 'kafkajs/src/consumer/batch.js' {
  import type { KafkaMessage } from 'kafkajs';
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partitionData: object);
    readonly messages: readonly KafkaMessage[];
    /** There was something, and nothing of it is for a consumer. */
    isEmptyDueToFiltering(): boolean;
    lastOffset(): string;
  }
}
