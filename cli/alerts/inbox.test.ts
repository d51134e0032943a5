import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { InboxMessage } from './inbox-messages.ts';
import { now, runAlerts } from './test/alerts-server.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'bridge-inbox-'));
});
afterEach(() => rmSync(home, { recursive: true }));

const buildMessage = (id: string, more: Partial<InboxMessage> = {}): InboxMessage => ({
  id,
  time: now / 1_000,
  event: 'message',
  topic: 'bridge',
  message: 'Somebody you follow needs a look',
  ...more,
});

const inbox = (...args: string[]) => runAlerts({ BRIDGE_STACK_HOME: home }, ['inbox', ...args]);

function write(...messages: InboxMessage[]): void {
  const lines = messages.map((message) => `${JSON.stringify(message)}\n`);
  // As after a crash in the middle of a line.
  writeFileSync(join(home, 'inbox.ndjson'), `${lines.join('')}{"id":"half`);
}

it('shows messages with their buttons, the newest last, without a key', async () => {
  const actions = [{ action: 'view', label: 'Acknowledge', url: 'http://localhost:8888/a/y' }];
  write(
    buildMessage('one'),
    buildMessage('two', {
      priority: 5,
      title: 'Critical',
      message: 'Pulse\u001b[2J 190\n\nSit down',
      click: 'http://localhost:8888/a/x',
      actions,
    }),
  );
  expect((await inbox()).lines).toEqual([
    '2026-03-01 12:00:00Z  default  Somebody you follow needs a look',
    '2026-03-01 12:00:00Z  urgent   Critical',
    '  Pulse [2J 190',
    '  Sit down',
    '  Open: http://localhost:8888/a/x',
    '  Acknowledge: http://localhost:8888/a/y',
  ]);
});

it('shows a repeated message once, as a phone does, and only the newest that are asked for', async () => {
  write(
    buildMessage('one', { sequence_id: 's' }),
    buildMessage('two'),
    buildMessage('three', { sequence_id: 's' }),
  );
  const ids = async (...args: string[]) => {
    const { lines } = await inbox('--json', ...args);
    return (JSON.parse(lines.join('')) as { messages: InboxMessage[] }).messages.map(({ id }) => id);
  };
  expect(await ids()).toEqual(['two', 'three']);
  expect(await ids('--newest', '1')).toEqual(['three']);
});

it('says that nothing has come', async () => {
  expect((await inbox()).lines).toEqual([expect.stringContaining('The inbox is empty.')]);
});
