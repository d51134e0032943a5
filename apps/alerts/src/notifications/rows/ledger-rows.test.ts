import { expect, test } from 'vitest';
import { emptyLedger } from '../domain/notification-plan.ts';
import { readLedger } from './ledger-rows.ts';

const read = (ledger: unknown) => {
  const noted: string[] = [];
  return {
    ledger: readLedger({ subjectId: 'ada', ledger }, (table, row) => void noted.push(`${table}/${row}`)),
    noted,
  };
};

test('what this service writes is read as it is', () => {
  const ledger = { alerts: { a: { told: {} } }, groups: { default: { notifiedAt: 1 } }, spent: [] };
  for (const one of [ledger, emptyLedger]) expect(read(one)).toEqual({ ledger: one, noted: [] });
});

test.each([
  null,
  [],
  {},
  { ...emptyLedger, alerts: 1 },
  { ...emptyLedger, alerts: { a: {} } },
  { ...emptyLedger, groups: null },
  { ...emptyLedger, spent: {} },
])('of %j nothing is remembered, and it is noted', (ledger) => {
  expect(read(ledger)).toEqual({ ledger: emptyLedger, noted: ['alerts.notification_groups/ada'] });
});
