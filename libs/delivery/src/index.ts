export { createAnnouncer, relayRows, type Announce, type Announcement } from './announcement.ts';
export {
  createBatchTransactions,
  type BatchTransaction,
  type BatchTransactionDeps,
  type BeginBatch,
} from './batch-transaction.ts';
export { createBatchWriter, type BatchWriter } from './batch-writer.ts';
export { createBatcher, type Batcher, type BatcherOptions } from './batcher.ts';
export { createDeadLetters, type AnnounceDeadLetters, type DeadLetter } from './dead-letters.ts';
export { startServiceOutbox, type ServiceOutbox, type ServiceOutboxOptions } from './service-outbox.ts';
export {
  masterKeySetting,
  portSetting,
  serviceConfig,
  serviceSettings,
  type ServiceConfig,
  type ServiceLimits,
} from './settings.ts';
export { createWire, type Wire, type WireConfig, type WireOptions } from './wire.ts';
