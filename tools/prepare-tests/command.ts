import type { Log } from '@bridge/core';
import { silentLog } from '@bridge/testing';
import { Command } from 'commander';
import { prepareTests } from './prepare-tests.ts';

/** `prepare-tests`: reads POSTGRES_ADMIN_URL; for running single integration tests against a stack of `npm start`. */
export function prepareTestsCommand(env: NodeJS.ProcessEnv, log: Log): Command {
  return new Command('prepare-tests')
    .description('make the template that test databases are copied from')
    .action(async () => {
      const adminUrl = env['POSTGRES_ADMIN_URL'];
      if (!adminUrl)
        throw new Error('POSTGRES_ADMIN_URL is not set: the connection URL of the database owner.');
      await prepareTests({ adminUrl, log: silentLog });
      log.info('the template for test databases is current');
    });
}
