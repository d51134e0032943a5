import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { loadRuleFile, ruleFileStamp } from './rule-file.ts';

it('refuses a file that does not exist', async () => {
  await expect(loadRuleFile('/nowhere/neuros.yaml')).rejects.toMatchObject({ code: 'bad_rules' });
});

it('the stamp of rules changes with each of their files, and with no other', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rules-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const write = (name: string, text: string) => writeFile(join(directory, name), text);
  const stamp = () => ruleFileStamp(join(directory, 'neuros.yaml'));
  const stamps = [await stamp()];
  await write('neuros.yaml', 'one');
  stamps.push(await stamp());
  await write('neuros.de.yaml', 'one');
  stamps.push(await stamp());
  await write('neuros.de.yaml', 'other');
  stamps.push(await stamp());
  await write('neuros.de.new', 'other');
  expect(await stamp()).toBe(stamps.at(-1));
  await rename(join(directory, 'neuros.de.new'), join(directory, 'neuros.de.yaml'));
  stamps.push(await stamp());
  await rm(join(directory, 'neuros.yaml'));
  stamps.push(await stamp());
  expect(new Set(stamps).size).toBe(stamps.length);
});

it('rules that lie nowhere have a stamp too', async () => {
  expect(await ruleFileStamp('/nowhere/neuros.yaml')).toContain('neuros.yaml');
});
