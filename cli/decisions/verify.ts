import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { runScript } from '../run-script.ts';

/** `verify`: reads POSTGRES_URL or POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function verifyCommand(): Command {
  const command = new Command('verify')
    .description("Decide every person's events again and compare the results with the tables.")
    .action(() => runScript('apps/cognition/src/verify-states.ts', []));
  return addExamples(command, 'verify');
}
