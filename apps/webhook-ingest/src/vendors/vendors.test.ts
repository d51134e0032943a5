import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { vendorDefinitions } from './vendors.ts';

const src = join(import.meta.dirname, '..');
const files = globSync('**/*.ts', { cwd: src }).filter(
  (file) => !file.startsWith('vendors/') && !file.endsWith('.test.ts'),
);

it.each(Object.keys(vendorDefinitions))('no file outside of vendors/ names %s', (name) => {
  expect(files.length).toBeGreaterThan(50);
  const named = files.filter((file) => new RegExp(name, 'i').test(readFileSync(join(src, file), 'utf8')));
  expect(named).toEqual([]);
});
