import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { checkout } from '@bridge/cli/stack-paths';

const manifest = z.object({
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).default({}),
  devDependencies: z.record(z.string(), z.string()).default({}),
});

const read = (file: string) => readFileSync(join(checkout, file), 'utf8');
const parse = (file: string) => manifest.parse(JSON.parse(read(file)));
const { version } = parse('package.json');
const packages = globSync('{apps,libs}/*/package.json', { cwd: checkout }).concat(
  globSync('{tools,cli}/package.json', { cwd: checkout }),
);

test.each(packages)('%s has the version of package.json, and asks for no other', (file) => {
  const { version: own, dependencies, devDependencies } = parse(file);
  const ours = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) =>
    name.startsWith('@bridge/'),
  );
  expect(own).toBe(version);
  expect(ours.filter(([, range]) => range !== version)).toEqual([]);
});

test('images of the compose file carry it', () => {
  const tags = [...read('docker-compose.yml').matchAll(/image: biometric-bridge\/[\w-]+:(\S+)/g)];
  expect(tags.map(([, tag]) => tag)).toEqual(Array.from({ length: 5 }, () => version));
});

// Its private tables are read and written: docs/adr/0040-graphile-worker-is-pinned.md.
test('graphile-worker is pinned to one exact version', () => {
  const asked = packages.flatMap((file) => parse(file).dependencies['graphile-worker'] ?? []);
  expect(asked.length).toBeGreaterThan(0);
  expect(new Set(asked).size).toBe(1);
  expect(asked[0]).toMatch(/^\d+\.\d+\.\d+$/);
});
