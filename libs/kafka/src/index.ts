export type { Attempt, BatchHandler, Move } from './batch-handler.ts';
export type { BatchLimits } from './batch-loop.ts';
export { startBatchConsumer, type BatchConsumer, type BatchConsumerOptions } from './consume.ts';
export {
  deadLetterMessage,
  deadLetterRecord,
  type DeadLetterCause,
  type DeadLetterRecord,
} from './dead-letter.ts';
export { headerOf, headerText, type IncomingMessage, type OutgoingMessage } from './message.ts';
export { createMessageMaker, type MakeMessage, type MessageDraft } from './message-maker.ts';
export { createOutboxRows } from './outbox-rows.ts';
export { packMessage } from './outbox-payload.ts';
export { startRelay, type Relay } from './relay.ts';
export type { RelayRow } from './relay-rows.ts';
export { createCodec, type Codec, type CodecConfig, type DecodeReason } from './codec.ts';
export { registerCodecs } from './compression.ts';
export { connectKafka, type KafkaConfig, type KafkaConnection } from './connect.ts';
export { ensureTopics, type TopicDrift } from './ensure-topics.ts';
export { startHeartbeat } from './heartbeat.ts';
export { cloudEventHeaders, headerNames, type CloudEvent } from './headers.ts';
export { startGroupReader, type GroupReader, type GroupReaderOptions } from './group-reader.ts';
export { createLogReader, type FetchedMessages, type LogReader } from './log-reader.ts';
export { createPublisher, type Publisher, type PublisherOptions } from './publish.ts';
export { PublishRefused } from './publish-errors.ts';
export { registerSchemas } from './register-schemas.ts';
export { createMessageSigner, signatureHeader, type MessageSigner, type SigningKey } from './sign-message.ts';
export type { StartFrom, TopicOffsets } from './start-offsets.ts';
export { tailTopics, type Tail, type TailOptions } from './tail.ts';
