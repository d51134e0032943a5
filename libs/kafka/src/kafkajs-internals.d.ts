// Modules of the pinned kafkajs whose functions are exchanged; the package has no types for them.
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
