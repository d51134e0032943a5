import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { checkout } from '@bridge/cli/stack-paths';

/** The rules that a tree of these files breaks, as `npm test` finds them. */
function brokenRules(files: Readonly<Record<string, string>>): string[] {
  const root = mkdtempSync(join(tmpdir(), 'imports-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  for (const file of ['tsconfig.base.json', 'dependency-cruiser.config.mjs'])
    cpSync(join(checkout, file), join(root, file));
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const args = ['--config', 'dependency-cruiser.config.mjs', '--output-type', 'json', 'apps', 'libs'];
  const bin = join(checkout, 'node_modules/.bin/depcruise');
  const { stdout } = spawnSync(bin, args, { cwd: root, encoding: 'utf8', maxBuffer: 1 << 26 });
  const { summary } = JSON.parse(stdout) as { summary: { violations: { rule: { name: string } }[] } };
  return [...new Set(summary.violations.map(({ rule }) => rule.name))].sort();
}

const ingest = 'apps/webhook-ingest/src';
const value = 'export const one = 1;';
const lib = { 'libs/core/src/a.ts': value };

test('lets pass what the layout allows', { timeout: 60_000 }, () => {
  expect(
    brokenRules({
      ...lib,
      [`${ingest}/pulls/pull-history.ts`]: `import type { Row } from './rows/rows.ts';\nexport type Flow = Row;`,
      [`${ingest}/pulls/rows/rows.ts`]: `import type { Day } from '../domain/day.ts';\nexport type Row = Day;`,
      [`${ingest}/pulls/domain/day.ts`]: 'export type Day = string;',
      [`${ingest}/pulls/wire.ts`]: `export * from './pull-history.ts';\nexport * from './rows/rows.ts';`,
    }),
  ).toEqual([]);
});

test('finds circles, of types too, and every import that runs the wrong way', { timeout: 60_000 }, () => {
  const files = {
    ...lib,
    [`${ingest}/apple/domain/a.ts`]: `import type { B } from './b.ts';\nexport type A = B;`,
    [`${ingest}/apple/domain/b.ts`]: `import type { A } from './a.ts';\nexport type B = A | 1;`,
    [`${ingest}/notices/flow.ts`]: value,
    [`${ingest}/pulls/rows/flow-as-value.ts`]: `import { one } from '../../notices/flow.ts';`,
    [`${ingest}/pulls/rows/x.ts`]: 'export type X = 1;',
    [`${ingest}/pulls/domain/day.ts`]: `import type { X } from '../rows/x.ts';`,
    [`${ingest}/pulls/routes/x.ts`]: 'export type X = 1;',
    [`${ingest}/pulls/rows/rows.ts`]: `import type { X } from '../routes/x.ts';`,
    [`${ingest}/pulls/domain/x.ts`]: value,
    [`${ingest}/jobs/j.ts`]: `import { one } from '../pulls/domain/x.ts';`,
    'apps/cognition/src/domain/x.ts': value,
    'apps/alerts/src/rows/a.ts': `import { one } from '../../../cognition/src/domain/x.ts';`,
    'libs/core/src/b.ts': `import { one } from '../../../apps/cognition/src/domain/x.ts';`,
  };
  expect(brokenRules(files)).toEqual([
    'apps-never-import-each-other',
    'domain-knows-no-outside',
    'libs-never-import-apps',
    'no-circle',
    'only-wiring-builds-flows',
    'rows-never-import-routes',
    'shared-folders-never-import-features',
  ]);
});
