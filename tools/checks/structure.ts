// `npm run structure`: the shape of the code in figures. Another tree can be given: `npm run structure -- ../another-checkout`.
import { resolve } from 'node:path';
import { checkout } from '@bridge/cli/stack-paths';
import { measureStructure } from './measure-structure.ts';

const root = resolve(process.argv[2] ?? checkout);
const rows = await measureStructure(root);
const width = Math.max(...rows.map(([name]) => name.length));
for (const [name, value] of rows) console.log(`${name.padEnd(width)}  ${value}`);
