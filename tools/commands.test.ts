import { developerCommands } from '@bridge/cli/commands';
import { silentLog } from '@bridge/testing';
import { expect, test } from 'vitest';
import { commands } from './commands.ts';

test('the program lists exactly these commands', () => {
  expect(developerCommands.map(({ name }) => name)).toEqual(Object.keys(commands));
});

test.each(Object.entries(commands))('%s: help ends with an example', async (name, load) => {
  const create = await load();
  const command = create({}, silentLog).configureOutput({ writeOut: (text) => help.push(text) });
  const help: string[] = [];
  command.outputHelp();
  expect(help.join('')).toMatch(new RegExp(`\\nExamples?:\\n(.*\\n)*  npm run bridge -- ${name}`));
});
