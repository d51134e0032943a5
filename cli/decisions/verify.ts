import type { Log } from '@bridge/core';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import type { Print } from '../run-program.ts';
import { verifyStates } from './verify-states.ts';
import { withArchive } from './with-archive.ts';

/** `verify`: reads POSTGRES_URL or POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function verifyCommand(env: Env, _log: Log, print: Print): Command {
  const command = new Command('verify')
    .description("Decide every person's events again and compare the results with the tables.")
    .action(() =>
      withArchive(env, async (archive) => {
        const result = await verifyStates(archive, ({ subjectId, differences }) => {
          print(`person ${subjectId}: ${differences.join(', ')}`);
        });
        // One line, the last one: programs read it.
        print(JSON.stringify(result));
        if (Object.keys(result.differences).length > 0) process.exitCode = 1;
      }),
    );
  return addExamples(command, 'verify');
}
