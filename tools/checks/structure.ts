// `npm run structure`: the shape of the code in figures.
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { InvalidArgumentError } from 'commander';
import { createScriptCommand } from '../script-command.ts';
import { measureStructure } from './measure-structure.ts';

const command = createScriptCommand({
  call: 'npm run structure',
  description: 'Print sizes, circles, upward imports and old names of a checkout.',
  examples: ['', '../another-checkout'],
})
  .argument('[folder]', 'another checkout', checkoutAt, checkout)
  .parse();
const [root = checkout] = command.processedArgs as readonly string[];

function checkoutAt(folder: string): string {
  if (existsSync(join(folder, 'apps'))) return resolve(folder);
  throw new InvalidArgumentError('This is no checkout of the bridge.');
}

const rows = await measureStructure(root);
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
