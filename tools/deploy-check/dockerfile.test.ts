import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { finalStage, parseDockerfile } from './dockerfile.ts';

const root = join(import.meta.dirname, '../..');
const instructions = parseDockerfile(readFileSync(join(root, 'deploy/docker/Dockerfile'), 'utf8'));
const image = finalStage(instructions);
const values = (name: string, from = image) =>
  from.filter((one) => one.name === name).map(({ value }) => value);

test('every stage stands on the Node that the project is locked to', () => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const bases = values('FROM', instructions).map((value) => value.split(' ')[0]);
  expect(new Set(bases)).toEqual(
    new Set([`node:${lock.packages['node_modules/node']?.version}-bookworm-slim`]),
  );
});

test('the image runs as nobody special, from the folder that its paths are relative to', () => {
  expect(values('USER')).toEqual(['node']);
  expect(values('WORKDIR')).toEqual(['/app']);
  expect(values('ENV')).toEqual(['NODE_ENV=production HOST=0.0.0.0']);
});

test('the command starts what the build stage lays out', () => {
  const [command = ''] = values('CMD');
  const args = JSON.parse(command) as string[];
  expect(args[0]).toBe('node');
  expect(args.at(-1)).toBe('main.mjs');
  expect(values('RUN', instructions).at(-1)).toBe('node tools/build/stage.ts "$SERVICE" /out');
  expect(values('COPY')).toEqual(['--from=build /out ./']);
});

test('dependencies are installed from the lock, without install scripts, before any code is copied', () => {
  const names = instructions.map(({ name, value }) => `${name} ${value}`);
  const install = names.findIndex((line) => line.includes('npm ci --ignore-scripts'));
  expect(install).toBeGreaterThan(-1);
  expect(names.lastIndexOf('COPY . .')).toBeGreaterThan(install);
});

test('what is sent to the builder holds no secrets, history or installed packages', () => {
  const ignored = readFileSync(join(root, '.dockerignore'), 'utf8').split('\n');
  expect(ignored).toEqual(expect.arrayContaining(['.env', '.git', '.local', '**/node_modules']));
  expect(existsSync(join(root, 'deploy/docker/healthcheck.mjs'))).toBe(true);
});
