import type { Log } from '@bridge/core';
import { createTemplateDatabase } from '@bridge/testing';
import { migrate } from '@bridge/cli/migrate';

/** Makes the database that test databases are copies of, with the schema of this checkout. Once per run. */
export async function prepareTests({ adminUrl, log }: { adminUrl: string; log: Log }): Promise<void> {
  await createTemplateDatabase({
    adminUrl,
    // Roles belong to the server and have their passwords from the stack already.
    migrate: (templateUrl) => migrate({ adminUrl: templateUrl, passwords: {}, log }),
  });
}
