import { addExamples } from '@bridge/cli/examples';
import { requireSettings } from '@bridge/cli/settings';
import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { silentLog } from '@bridge/testing';
import { Command } from 'commander';
import { prepareTests } from './prepare-tests.ts';

/** `prepare-tests`: reads POSTGRES_ADMIN_URL. Single integration tests need it once per stack of `npm start`. */
export function prepareTestsCommand(env: Env, log: Log): Command {
  const command = new Command('prepare-tests')
    .description('Create the template that test databases are copied from.')
    .action(async () => {
      const { POSTGRES_ADMIN_URL: adminUrl } = requireSettings(env, 'POSTGRES_ADMIN_URL');
      await prepareTests({ adminUrl, log: silentLog });
      log.info('the template for test databases is current');
    });
  return addExamples(command, 'prepare-tests');
}
