import { isDeepStrictEqual } from 'node:util';
import { allPersons } from './adapters/all-persons.ts';
import { openArchive } from './adapters/open-archive.ts';
import { rebuildState } from './adapters/rebuild-state.ts';
import { openState } from './adapters/sealed-rows.ts';
const archive = openArchive(process.env);
const { query, vault, kept } = archive;
function diff(a: any, b: any, path: string, out: string[]) {
  if (isDeepStrictEqual(a, b)) return;
  if (typeof a === 'object' && typeof b === 'object' && a && b) {
    for (const k of new Set([...Object.keys(a), ...Object.keys(b)])) diff(a[k], b[k], path + '.' + k, out);
  } else out.push(`${path}: rebuilt ${JSON.stringify(a)} stored ${JSON.stringify(b)}`);
}
for await (const { person, stored } of allPersons(query, vault)) {
  const rebuilt = await rebuildState(query, kept, person, 'beginning');
  if (!rebuilt) continue;
  const s = openState(stored.state, person);
  if (isDeepStrictEqual(rebuilt.state, s)) continue;
  const out: string[] = [];
  diff(rebuilt.state, s, '', out);
  console.log(person.userId, person.subjectId, 'steps', rebuilt.steps, 'gaps', rebuilt.gaps, '\n  ' + out.slice(0, 25).join('\n  '));
}
await archive.close();
