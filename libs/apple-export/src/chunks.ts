/** Bytes in order, to be read once. */
export type Chunks = AsyncIterable<Buffer>;
