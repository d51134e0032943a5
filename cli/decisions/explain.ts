import { connectArchive } from '@bridge/decision-store';
import type { Env } from '@bridge/service-runtime';
import { Command, InvalidArgumentError } from 'commander';
import { addExamples } from '../examples.ts';
import { wholeNumber } from '../number-options.ts';
import { countDecidedAgain, explainId } from './explain-decisions.ts';

/** `explain`: reads POSTGRES_URL or POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function explainCommand(env: Env): Command {
  const command = new Command('explain')
    .description('Explain why a mode switched, or why an event switched none, and decide it again.')
    .argument('[id]', 'id of a transition or of an event: 32 hex digits')
    .option(
      '--newest <count>',
      'decide the newest transitions again and count the results',
      wholeNumber(1, 9_999_999),
    )
    .action(async (id: string | undefined, { newest }: { newest?: number }) => {
      if (id === undefined && newest === undefined) {
        throw new InvalidArgumentError('Give the id of a transition or an event, or --newest <count>.');
      }
      const archive = connectArchive(env);
      const { lines, isFine } =
        newest === undefined ? await explainId(archive, id ?? '') : await countDecidedAgain(archive, newest);
      for (const line of lines) console.log(line);
      if (!isFine) process.exitCode = 1;
      await archive.close();
    });
  return addExamples(command, 'explain 4f0c2a9d1e7b4c63a58d90f2b7e61c34', 'explain --newest 1000');
}
