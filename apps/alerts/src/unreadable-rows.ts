import { CodedError, type Component, type Log } from '@bridge/core';
import { Counter, type Registry } from 'prom-client';

export type UnreadableTable =
  | 'alert_history'
  | 'alerts.action_links'
  | 'alerts.deliveries'
  | 'alerts.episodes'
  | 'alerts.notification_groups'
  | 'alerts.silences';

/** @param row Its key: the alert's id, where the table has one. */
export type NoteUnreadable = (table: UnreadableTable, row: string, error: unknown) => void;

/** Rows that do not unseal or have another form. They are left out, so that they hold up nobody else, and operators are told. */
export type UnreadableRows = {
  readonly note: NoteUnreadable;
  /** Degraded from the first such row on until the process starts again. */
  readonly component: Component;
};

/** So many rows are told apart; a table that is lost as a whole needs no longer list. */
const mostNoted = 10_000;

export function createUnreadableRows({
  metrics,
  log,
}: {
  readonly metrics: Registry;
  readonly log: Pick<Log, 'error'>;
}): UnreadableRows {
  const counter = new Counter({
    name: 'alert_unreadable_rows_total',
    help: 'Stored rows that do not unseal or have another form, each counted once by a process.',
    labelNames: ['table'],
    registers: [metrics],
  });
  const noted = new Set<string>();
  return {
    note(table, row, error) {
      const key = `${table}/${row}`;
      if (noted.has(key) || noted.size >= mostNoted) return;
      noted.add(key);
      counter.inc({ table });
      log.error('a stored row cannot be read and is left out', { table, row, reason: reasonOf(error) });
    },
    component: {
      name: 'stored_rows',
      needed: false,
      check: () => (noted.size === 0 ? 'healthy' : 'degraded'),
    },
  };
}

/** Without the text of the error: a parser repeats what it could not read. */
function reasonOf(error: unknown): string {
  if (error instanceof CodedError) return error.code;
  return error instanceof Error ? error.name : 'form';
}
