export { parseKey, parseKeyList, type KeyList } from './key-list.ts';
export { createOutboxSeal, type OutboxSeal } from './outbox-seal.ts';
export type { Query } from './query.ts';
export { rewrapKeys, type Rewrapped } from './rewrap-keys.ts';
export type { Unsealed } from './seal-packed.ts';
export { openWith, sealWith, type DataKey, type Place } from './seal.ts';
export { startSealing, type Sealing } from './start-sealing.ts';
export { serviceSubject, type ErasedSubject, type LiveSubject, type Subject } from './subject.ts';
export { createVault, type ServicePlace, type Vault, type VaultOptions } from './vault.ts';
