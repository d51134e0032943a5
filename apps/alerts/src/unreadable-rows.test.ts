import { CodedError } from '@bridge/core';
import { Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createUnreadableRows } from './unreadable-rows.ts';

function open() {
  const metrics = new Registry();
  const lines: object[] = [];
  const rows = createUnreadableRows({
    metrics,
    log: { error: (message, fields) => void lines.push({ message, ...fields }) },
  });
  return { rows, lines, metrics };
}

test('a row that cannot be read is counted, named in the log and shown by the health, once', async () => {
  const { rows, lines, metrics } = open();
  expect(rows.component.check()).toBe('healthy');
  const rejected = new CodedError('sealed_value_rejected', 'permanent', 'changed');
  for (let time = 0; time < 3; time += 1) rows.note('alerts.episodes', 'a'.repeat(32), rejected);
  expect(rows.component).toMatchObject({ name: 'stored_rows', needed: false });
  expect(rows.component.check()).toBe('degraded');
  expect(lines).toMatchObject([
    { table: 'alerts.episodes', row: 'a'.repeat(32), reason: 'sealed_value_rejected' },
  ]);
  expect(await metrics.metrics()).toContain('alert_unreadable_rows_total{table="alerts.episodes"} 1');
});

test('the log repeats nothing that a row holds', () => {
  const { rows, lines } = open();
  try {
    JSON.parse('canary-value');
  } catch (error) {
    rows.note('alerts.deliveries', 'b', error);
  }
  expect(lines).toMatchObject([{ reason: 'SyntaxError' }]);
  expect(JSON.stringify(lines)).not.toContain('canary');
});
