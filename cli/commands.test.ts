import { silentLog } from '@bridge/testing';
import type { Command } from 'commander';
import { expect, test } from 'vitest';
import { commandAliases, operatorCommands } from './commands.ts';
import type { CreateCommand } from './run-program.ts';

/** The command and all commands below it, by the words with which an operator calls them. */
function allBelow(command: Command, above = ''): { words: string; command: Command }[] {
  const words = `${above}${command.name()}`;
  return [{ words, command }, ...command.commands.flatMap((one) => allBelow(one, `${words} `))];
}

function helpOf(command: Command): string {
  let help = '';
  command.configureOutput({ writeOut: (text) => void (help += text) }).outputHelp();
  return help;
}

test.each(Object.entries(operatorCommands))(
  '%s is called by its name, and every help has a sentence and an example',
  async (name, load) => {
    const create: CreateCommand = await load();
    const command = create({}, silentLog, () => undefined);
    expect(command.name()).toBe(name);
    for (const one of allBelow(command)) {
      const help = helpOf(one.command);
      expect(one.command.description()).toMatch(/^[A-Z].*\.$/);
      expect(help).toMatch(new RegExp(`\\nExamples?:\\n(.*\\n)*  npm run bridge -- ${one.words}`));
    }
  },
);

test('the names of the deployment guides still work', async () => {
  for (const [alias, load] of Object.entries(commandAliases)) {
    const command = (await load())({}, silentLog);
    expect(command.aliases()).toContain(alias);
  }
});
