import type { Log } from '@bridge/core';
import { expect, test } from 'vitest';
import { createReportLosses } from './report-losses.ts';

test('counts every field that is lost, and logs a reason once an hour', () => {
  let nowMs = 0;
  const counted: string[] = [];
  const said: unknown[] = [];
  const report = createReportLosses({
    countLost: (source, why) => void counted.push(`${source} ${why}`),
    log: { warn: (text: string, fields: object) => void said.push([text, fields]) } as unknown as Log,
    now: () => nowMs,
  });
  const item = (nr: number) =>
    ({ why: 'unreadable', path: `hrv.items.${String(nr)}`, message: 'must be a number' }) as const;
  const zero = { why: 'not_measured', path: 'average_hrv', message: 'must lie between' } as const;
  report.leftOut('oura', [item(1), item(2), zero]);
  report.quarantined('oura', 'invalid_document', [{ path: 'id', message: 'must be given' }]);
  nowMs = 3_599_999;
  report.quarantined('oura', 'invalid_document', [{ path: 'id', message: 'must be given' }]);
  expect(counted).toEqual(['oura unreadable', 'oura unreadable', 'oura not_measured']);
  expect(said).toEqual([
    ['field left out: must be a number', { source: 'oura', reason: 'unreadable', name: 'hrv.items' }],
    ['document quarantined: must be given', { source: 'oura', reason: 'invalid_document', name: 'id' }],
  ]);
  nowMs = 3_600_000;
  report.quarantined('oura', 'invalid_document', [{ path: 'id', message: 'must be given' }]);
  expect(said).toHaveLength(3);
});
