// `npm run structure`: the shape of the code in figures.
import { checkout } from '@bridge/cli/stack-paths';
import { createScriptCommand } from '../script-command.ts';
import { checkoutAt } from './checkout-at.ts';
import { measureStructure } from './measure-structure.ts';

const command = createScriptCommand({
  call: 'npm run structure',
  description: 'Print sizes, circles, upward imports and old names of a checkout.',
  examples: ['', '../another-checkout'],
})
  .argument('[folder]', 'another checkout', checkoutAt, checkout)
  .parse();
const [root = checkout] = command.processedArgs as readonly string[];

const rows = await measureStructure(root);
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
