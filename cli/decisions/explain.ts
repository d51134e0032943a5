import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { runScript } from '../run-script.ts';

/** `explain`: reads POSTGRES_URL or POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function explainCommand(): Command {
  const command = new Command('explain')
    .description('Explain why a mode switched, or why an event switched none, and decide it again.')
    .argument('[id]', 'id of a transition or of an event: 32 hex digits')
    .option('--newest <count>', 'decide the newest transitions again and count the results')
    .action((id: string | undefined, { newest }: { newest?: string }) =>
      runScript('apps/cognition/src/explain.ts', [
        ...(id === undefined ? [] : [id]),
        ...(newest === undefined ? [] : ['--newest', newest]),
      ]),
    );
  return addExamples(command, 'explain 4f0c2a9d1e7b4c63a58d90f2b7e61c34', 'explain --newest 1000');
}
