import { basename } from 'node:path';
import type { BiometricEvent } from '@bridge/contracts';
import { nothingKnown } from '@bridge/mode-policy';
import { refused, type BacktestInput, type LineOutcome } from './backtest-input.ts';
import { nightEvent, readHeader, readRow, stepsEvent, type Column, type DailyRow } from './daily-values.ts';
import { openLineFile } from './read-lines.ts';
import { splitCsv } from './split-csv.ts';

const mostLineBytes = 64 * 1024;
const byteOrderMark = '\uFEFF';

type Outcome = { readonly line: number; readonly outcome: LineOutcome };

/**
 * CSV of daily values: a header, then a row per person and date, the dates of a person in order. Days are taken as UTC; nothing is
 * corrected, so no earlier event is ever asked for. Throws when the file or its header cannot be read.
 */
export function openDailyFile(path: string): BacktestInput {
  const file = openLineFile(path);
  return {
    outcomes: () => outcomesOf(file, basename(path).replace(/\.csv$/i, '')),
    knownOf: () => nothingKnown,
    close: () => file.close(),
  };
}

function* outcomesOf(file: ReturnType<typeof openLineFile>, person: string): Generator<Outcome, void> {
  let columns: readonly Column[] | undefined;
  const people = createPeople();
  for (const { number: line, bytes } of file.lines(mostLineBytes)) {
    const text = bytes.toString('utf8');
    if (columns === undefined) {
      columns = headerOf(text);
      continue;
    }
    const fields = splitCsv(text);
    const read = fields && readRow(fields, columns, person);
    if (read === undefined) yield { line, outcome: refused('', 'has a quote that is not closed') };
    else if ('fault' in read) yield { line, outcome: { kind: 'refused', fault: read.fault } };
    else yield* people.take(read.row, line);
  }
  yield* people.rest();
}

function headerOf(text: string): Column[] {
  const header = readHeader(splitCsv(text.replace(byteOrderMark, '')) ?? []);
  if ('fault' in header) throw new Error(`Line 1, ${header.fault.field}: ${header.fault.message}.`);
  return header.columns;
}

/** More sources of one day than a person has; a file that names a new one in each row must not fill the memory. */
const mostSources = 64;

/** Steps wait for the morning after, which a later row of the person, or the end, brings. */
type Waiting = { readonly line: number; readonly steps: BiometricEvent | undefined };

/** The newest day of a person, by source. */
type NewestDay = { readonly midnightMs: number; readonly bySource: Map<string, Waiting> };

function createPeople() {
  const people = new Map<string, NewestDay>();

  function* take(row: DailyRow, line: number): Generator<Outcome, void> {
    const before = people.get(row.userId);
    const fault = before && faultOf(row, before);
    const night = Object.keys(row.night).length === 0 ? undefined : nightEvent(row);
    const steps = row.steps === undefined ? undefined : stepsEvent(row);
    // All values of a row are judged before any is taken.
    const refusal = [fault, night, steps].find((one) => one?.kind === 'refused');
    if (refusal !== undefined) {
      yield { line, outcome: refusal };
      return;
    }
    let newest = before;
    if (newest?.midnightMs !== row.midnightMs) {
      newest = { midnightMs: row.midnightMs, bySource: new Map() };
      people.set(row.userId, newest);
      for (const waiting of before?.bySource.values() ?? []) yield* stepsOf(waiting);
    }
    if (night !== undefined) yield { line, outcome: night };
    const [event] = steps?.kind === 'events' ? steps.events : [];
    newest.bySource.set(row.source, { line, steps: event });
  }

  return {
    take,
    *rest(): Generator<Outcome, void> {
      for (const { bySource } of people.values())
        for (const waiting of bySource.values()) yield* stepsOf(waiting);
    },
  };
}

function faultOf(row: DailyRow, { midnightMs, bySource }: NewestDay): LineOutcome | undefined {
  if (row.midnightMs < midnightMs) return refused('date', "must not be before the person's row before");
  if (row.midnightMs > midnightMs) return undefined;
  if (bySource.has(row.source)) return refused('date', 'is there twice');
  return bySource.size < mostSources
    ? undefined
    : refused('source', `must be one of at most ${mostSources} of a person and day`);
}

function* stepsOf({ line, steps }: Waiting): Generator<Outcome, void> {
  if (steps !== undefined) yield { line, outcome: { kind: 'events', events: [steps] } };
}
