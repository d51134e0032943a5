import { readInbox, type InboxMessage } from '@bridge/cli/alert-inbox';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openInboxFile } from './inbox-file.ts';

let directory = '';
let file = '';
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'bridge-inbox-'));
  file = join(directory, 'inbox.ndjson');
});
afterEach(() => {
  rmSync(directory, { recursive: true });
});

const message = (place: number): InboxMessage => ({
  id: String(place),
  time: 1_772_366_400 + place,
  event: 'message',
  topic: 'bridge',
  message: 'x',
});
const lines = () => readFileSync(file, 'utf8').trimEnd().split('\n').length;

it('keeps the newest 500 and lets the file not grow beyond 600, readable by its owner only', () => {
  const keep = openInboxFile(file);
  let longest = 0;
  for (let place = 0; place < 1_234; place += 1) {
    keep(message(place));
    longest = Math.max(longest, lines());
  }
  expect(longest).toBeLessThan(600);
  const ids = readInbox(file).map(({ id }) => Number(id));
  expect(ids.length).toBeGreaterThanOrEqual(500);
  expect(ids).toEqual(ids.map((_, at) => 1_234 - ids.length + at));
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

it('goes on after a start and drops the half line of a crash', () => {
  openInboxFile(file)(message(1));
  appendFileSync(file, '{"id":"2","ti');
  openInboxFile(file)(message(3));
  expect(readInbox(file).map(({ id }) => id)).toEqual(['1', '3']);
});

it('makes the file again when somebody deleted it', () => {
  const keep = openInboxFile(file);
  keep(message(1));
  rmSync(file);
  keep(message(2));
  expect(readInbox(file)).toEqual([message(2)]);
});
