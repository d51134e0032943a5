import { connectArchive, loadRuleFile, noteAccess, storedEventsOf, switchesOf } from '@bridge/decision-store';
import { compareSwitches, switchesBy, type SwitchLine } from '@bridge/mode-policy';
import type { Env } from '@bridge/service-runtime';
import { Command } from 'commander';
import { addExamples } from '../examples.ts';

type ReplayOptions = {
  readonly user: string;
  readonly from: string;
  readonly config: string;
  readonly against?: string;
};

/** `replay`: reads POSTGRES_URL or POSTGRES_ADMIN_URL, LANGGRAPH_AES_KEY and BRIDGE_INDEX_KEY. */
export function replayCommand(env: Env): Command {
  const command = new Command('replay')
    .description("Show how other rules would have decided one person's events.")
    .requiredOption('--user <user id>', 'whose events to decide')
    .option(
      '--from <date>',
      'show switches from this date on; events before it are decided all the same',
      '1970-01-01',
    )
    .option('--config <file>', 'rules to decide with', 'config/neuros.yaml')
    .option('--against <file>', 'rules to compare with (default: the recorded switches)')
    .action((options: ReplayOptions) => replay(env, options));
  return addExamples(command, 'replay --user ada --from 2026-11-01 --config other.yaml');
}

/** Decides all of the person's events, so that baselines are there, and compares the switches from `from` on. */
async function replay(env: Env, { user, from, config, against }: ReplayOptions): Promise<void> {
  const rules = await loadRuleFile(config);
  const others = against === undefined ? undefined : await loadRuleFile(against);
  const archive = connectArchive(env);
  const person = (await archive.vault.find([user])).get(user);
  if (!person || person.erased) {
    console.log('Nothing is stored of this person.');
    process.exitCode = 1;
  } else {
    await noteAccess(archive.query, person, 'replay');
    const events = await storedEventsOf(archive.query, person);
    const recorded = others === undefined ? await switchesOf(archive.query, person) : undefined;
    const before = recorded ?? (others ? switchesBy(others.rules, events, Date.now()) : []);
    const shown = (switches: readonly SwitchLine[]) => switches.filter(({ at }) => at >= from);
    const lines = compareSwitches(shown(before), shown(switchesBy(rules.rules, events, Date.now())));
    for (const line of lines) console.log(line);
    console.log(
      `${events.length} events; ${lines.filter((line) => !line.startsWith('=')).length} differences`,
    );
  }
  await archive.close();
}
