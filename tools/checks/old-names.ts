// A step of `npm test`: no file and no declaration carries a name that was given up, and quotes are straight.
import { checkout } from '@bridge/cli/stack-paths';
import { createScriptCommand } from '../script-command.ts';
import { checkoutAt } from './checkout-at.ts';
import { findGuillemets, findOldNames, listTexts } from './find-old-names.ts';
import { oldNames } from './old-name-table.ts';

const command = createScriptCommand({
  call: 'node --conditions=@bridge/source tools/checks/old-names.ts',
  description: 'List names that were given up, and guillemets.',
  examples: ['', '../another-checkout'],
})
  .argument('[folder]', 'another checkout, to see which it still has', checkoutAt, checkout)
  .parse();
const [root = checkout] = command.processedArgs as readonly string[];
const texts = listTexts(root);
const uses = findOldNames(root, texts, oldNames);
const quotes = findGuillemets(root, texts);

for (const { place, name, use } of uses) console.error(`${place}  ${name}; now ${use}`);
for (const { file, count } of quotes) console.error(`${file}  ${count} guillemets; write straight quotes`);
if (uses.length + quotes.length > 0) {
  console.error(
    `${uses.length} old names, see tools/checks/old-name-table.ts; guillemets in ${quotes.length} files`,
  );
  process.exitCode = 1;
}
