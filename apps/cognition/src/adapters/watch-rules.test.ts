import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '@bridge/core';
import { createRecordingLog } from '@bridge/testing';
import { Registry } from 'prom-client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RuleFile } from '@bridge/decision-store';
import { watchRules, type RuleSource } from './watch-rules.ts';

const good = await readFile(new URL('../../../../config/neuros.yaml', import.meta.url), 'utf8');
const german = await readFile(new URL('../../../../config/neuros.de.yaml', import.meta.url), 'utf8');
const changed = good.replace('confidence: 0.85', 'confidence: 0.9');
let directory: string;
let path: string;
let germanPath: string;
let source: RuleSource | undefined;
const kept: RuleFile[] = [];

beforeEach(async () => {
  kept.length = 0;
  directory = await mkdtemp(join(tmpdir(), 'rules-'));
  path = join(directory, 'neuros.yaml');
  germanPath = join(directory, 'neuros.de.yaml');
  await writeFile(path, good);
});
afterEach(async () => {
  await source?.close();
  await rm(directory, { recursive: true });
});

async function watch(fault: () => Error | undefined = () => undefined) {
  const recorded = createRecordingLog();
  const keep = (file: RuleFile) => {
    const error = fault();
    if (error) return Promise.reject(error);
    kept.push(file);
    return Promise.resolve({ rules: file.rules, nr: kept.length });
  };
  source = await watchRules({ path, keep, metrics: new Registry(), log: recorded, everyMs: 20 });
  return { source, lines: recorded.lines };
}

it('takes a changed file without a restart, and keeps it before anything is decided by it', async () => {
  const { source: rules } = await watch();
  const before = rules.current().rules.hash;
  await writeFile(path, changed);
  await vi.waitFor(() => expect(rules.current().rules.hash).not.toBe(before), 5_000);
  expect(kept.map((file) => file.rules.hash)).toEqual([before, rules.current().rules.hash]);
});

it('takes changed texts of another language, and those that come or go', async () => {
  const { source: rules } = await watch();
  const title = () => rules.current().rules.texts['de']?.rules.temperature.title;
  expect(title()).toBeUndefined();
  await writeFile(germanPath, german);
  await vi.waitFor(() => expect(title()).toBeDefined(), 5_000);
  const before = title() ?? '';
  await writeFile(germanPath, german.replaceAll(before, 'Ein anderer Titel'));
  await vi.waitFor(() => expect(title()).toBe('Ein anderer Titel'), 5_000);
  await rm(germanPath);
  await vi.waitFor(() => expect(title()).toBeUndefined(), 5_000);
});

it('refuses a bad file, says where it is wrong, and goes on with the old rules', async () => {
  const { source: rules, lines } = await watch();
  const before = rules.current().rules.hash;
  await writeFile(path, good.replace('confidence: 0.85', 'confidence: high'));
  await rules.reload();
  expect(rules.current().rules.hash).toBe(before);
  const refusal = lines.find(({ level }) => level === 'error');
  expect(String(refusal?.fields['error'])).toMatch(/neuros\.yaml:\d+ rules\.stress_overload\.confidence/);
});

it.each([
  ['away', new CodedError('timeout', 'transient', 'no database'), 'warn'],
  ['full of bugs', new Error('no such column'), 'error'],
])(
  'takes a good file as soon as it can be kept, when the database is %s meanwhile',
  async (_, fault, level) => {
    let away = false;
    const { source: rules, lines } = await watch(() => (away ? fault : undefined));
    const before = rules.current().rules.hash;
    away = true;
    await writeFile(path, changed);
    await rules.reload();
    await sleep(100); // some tries
    expect(rules.current().rules.hash).toBe(before);
    expect(lines.filter((line) => line.level === 'warn' || line.level === 'error')).toMatchObject([
      { level },
    ]);
    away = false;
    await vi.waitFor(() => expect(rules.current().rules.hash).not.toBe(before), 5_000);
  },
);

it('a good file that could not be kept is forgotten when the old one comes back', async () => {
  let away = false;
  const lost = new CodedError('timeout', 'transient', 'no database');
  const { source: rules } = await watch(() => (away ? lost : undefined));
  const before = rules.current().rules.hash;
  away = true;
  await writeFile(path, changed);
  await rules.reload();
  await writeFile(path, good);
  await rules.reload();
  away = false;
  await sleep(100);
  expect(rules.current().rules.hash).toBe(before);
  expect(kept).toHaveLength(1);
});

it('each change that cannot be kept is reported, one of texts alone too', async () => {
  let away = false;
  const lost = new CodedError('timeout', 'transient', 'no database');
  const { source: rules, lines } = await watch(() => (away ? lost : undefined));
  away = true;
  await writeFile(path, changed);
  await rules.reload();
  await writeFile(germanPath, german);
  await rules.reload();
  await sleep(100); // some tries
  expect(lines.filter(({ level }) => level === 'warn')).toHaveLength(2);
});

it('a comment is no change', async () => {
  const { source: rules } = await watch();
  await writeFile(path, `# another comment\n${good}`);
  await rules.reload();
  expect(kept).toHaveLength(1);
});

it('a bad file at the start stops the start', async () => {
  await writeFile(path, 'policy_version: one');
  await expect(watch()).rejects.toMatchObject({ code: 'bad_rules' });
});
