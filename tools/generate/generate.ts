// `npm run generate` writes docs/generated; `npm run generate -- --check` only says what is out of date.
import { join } from 'node:path';
import { createScriptCommand } from '../script-command.ts';
import { documents } from './documents.ts';
import { findDrift, writeDocuments } from './drift.ts';

const folder = join(import.meta.dirname, '../../docs/generated');
const { check } = createScriptCommand({
  call: 'npm run generate',
  description:
    'Write the documents that follow from the contracts: OpenAPI, AsyncAPI, JSON Schemas, topics, metrics.',
  examples: ['', '--check'],
})
  .option('--check', 'write nothing; exit with 1 when a document is out of date')
  .parse()
  .opts<{ check?: true }>();

const drift = await (check ? findDrift(folder, documents()) : writeDocuments(folder, documents()));
for (const { file, is } of drift) console.log(`${is}: docs/generated/${file}`);
if (check && drift.length > 0) {
  console.error('Run `npm run generate` and commit the result.');
  process.exitCode = 1;
}
