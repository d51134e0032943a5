import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildDashboard } from './dashboard.mjs';

let page: string;

beforeAll(async () => {
  page = mkdtempSync(join(tmpdir(), 'dashboard-'));
  await buildDashboard(page);
});
afterAll(() => rmSync(page, { recursive: true, force: true }));

const read = (path: string) => readFileSync(join(page, path));
const html = () => read('index.html').toString();
const named = (pattern: RegExp) => [...html().matchAll(pattern)].map(([, path = '']) => path);

test('the first load is less than 150 kB, compressed', () => {
  const files = named(/(?:src|href)="\.\/([^"]+)"/g);
  expect(files.length).toBeGreaterThan(2);
  const bytes = files.concat('index.html').map((file) => gzipSync(read(file)).length);
  expect(bytes.reduce((sum, one) => sum + one, 0)).toBeLessThan(150_000);
});

test('scripts and styles come from files, as the content security policy demands', () => {
  expect(html()).not.toMatch(/<script(?![^>]+src=)|<style|\sstyle=|\son\w+=/);
  expect(named(/(?:src|href)="(?:https?:|\/\/)([^"]+)"/g)).toEqual([]);
});
