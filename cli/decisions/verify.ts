import { connectArchive } from '@bridge/decision-store';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { verifyStates } from './verify-states.ts';

/** `verify`: reads POSTGRES_URL or POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function verifyCommand(env: Env): Command {
  const command = new Command('verify')
    .description("Decide every person's events again and compare the results with the tables.")
    .action(async () => {
      const archive = connectArchive(env);
      const result = await verifyStates(archive);
      console.log(JSON.stringify(result));
      if (Object.keys(result.differences).length > 0) process.exitCode = 1;
      await archive.close();
    });
  return addExamples(command, 'verify');
}
