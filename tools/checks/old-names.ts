// A step of `npm test`: no file and no declaration carries a name that was given up, and quotes are straight.
import { resolve } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { findGuillemets, findOldNames, listTexts } from './find-old-names.ts';
import { oldNames } from './old-name-table.ts';

/** Another tree can be given, to see what it still has. */
const root = resolve(process.argv[2] ?? checkout);
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
