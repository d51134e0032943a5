import type { Vault } from '@bridge/vault';
import { createImportApple } from './import-apple.ts';
import type { EventPublisher } from '../publishing/wire.ts';
import { createNameDevice } from './domain/name-device.ts';
import { createReadHealth } from './formats/read-health.ts';

const mebibyte = 1024 * 1024;

/** Years of a person unpack to a few GB. */
const limits = { body: 64 * mebibyte, unzipped: 8 * 1024 * mebibyte, flat: mebibyte };

/** Each holds at most its own body in memory, and usually a few batches of it. */
const mostAtOnce = 2;

type Deps = {
  readonly delivery: Pick<EventPublisher, 'storeSeries' | 'storeObjects'>;
  readonly vault: Vault;
};

/** The import of Apple Health data with all that it stands on. */
export function wireApple({ delivery: { storeSeries, storeObjects }, vault }: Deps) {
  return createImportApple({
    readHealth: createReadHealth(limits),
    storeSeries,
    storeObjects,
    personOf: async (userId) => (await vault.subjectsFor([userId])).get(userId),
    nameDevicesOf: (userId) => createNameDevice((text) => vault.userIndex(text), userId),
    mostAtOnce,
  });
}
