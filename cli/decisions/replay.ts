import { Command } from 'commander';
import { addExamples } from '../examples.ts';
import { runScript } from '../run-script.ts';

/** `replay`: reads POSTGRES_URL or POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function replayCommand(): Command {
  const command = new Command('replay')
    .description("Show how other rules would have decided one person's events.")
    .requiredOption('--user <user id>', 'whose events to decide')
    .option('--from <date>', 'show switches from this date on; events before it are decided all the same')
    .option('--config <file>', 'rules to decide with (default: config/neuros.yaml)')
    .option('--against <file>', 'rules to compare with (default: the recorded switches)')
    .action((options: Record<string, string>) =>
      runScript(
        'apps/cognition/src/replay.ts',
        Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
      ),
    );
  return addExamples(command, 'replay --user ada --from 2026-11-01 --config other.yaml');
}
