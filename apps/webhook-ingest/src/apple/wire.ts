import type { Log } from '@bridge/core';
import type { Vault } from '@bridge/vault';
import type { DocumentStore } from '../documents/wire.ts';
import type { ReceiveFlatBody } from '../flat-bodies/receive-flat-body.ts';
import type { IngestRoutes } from '../http/ingest-routes.ts';
import { createNameDevice } from './domain/name-device.ts';
import { createReadHealth } from './formats/read-health.ts';
import { createImportApple } from './import-apple.ts';
import { mountAppleRoutes } from './routes/apple-routes.ts';

const mebibyte = 1024 * 1024;

/** Years of a person unpack to a few GB. */
const limits = { body: 64 * mebibyte, unzipped: 8 * 1024 * mebibyte, flat: mebibyte };

/** Each holds at most its own body in memory, and usually a few batches of it. */
const maxConcurrent = 2;

type Deps = DocumentStore & {
  readonly vault: Vault;
  readonly receiveFlatBody: ReceiveFlatBody;
  readonly log: Log;
};

/** The import of Apple Health data. Mount it before the flat bodies, whose route reads bodies as a whole. */
export function wireApple({ storeSeries, storeObjects, vault, receiveFlatBody, log }: Deps) {
  const importApple = createImportApple({
    readHealth: createReadHealth(limits),
    storeSeries,
    storeObjects,
    personOf: async (userId) => (await vault.subjectsFor([userId])).get(userId),
    nameDevicesOf: (userId) => createNameDevice((text) => vault.userIndex(text), userId),
    maxConcurrent,
  });
  return {
    mount({ app, requireIngest, countOutcome }: IngestRoutes): void {
      mountAppleRoutes(app, {
        importApple,
        receiveFlatBody,
        requireIngest,
        count: countOutcome('apple'),
        log,
      });
    },
  };
}
