import { interpretEvent, metricName, type MetricName } from '@bridge/contracts';
import { refused, type LineFault, type LineOutcome } from './backtest-input.ts';
import { outcomeOf } from './parse-event-line.ts';

/** Columns of a night: the value of the night that ends on the morning of the row's date. */
const nightMetrics: ReadonlySet<string> = new Set([
  'resting_heart_rate',
  'heart_rate',
  'hrv_rmssd',
  'respiratory_rate',
  'spo2',
  'skin_temp',
  'skin_temp_deviation',
  'sleep_score',
  'readiness_score',
  'recovery_score',
] satisfies MetricName[]);

const dayMs = 86_400_000;
/** A night is known then, and the steps of the day before; in ms of the day. */
const knownAtMs = 8 * 3_600_000;

const otherColumns = ['user_id', 'source'] as const;

/** The meaning of each column, in the file's order. */
export type Column = 'date' | (typeof otherColumns)[number] | 'steps' | { readonly night: string };

/** The columns that a header names, or its fault. */
export function readHeader(
  names: readonly string[],
): { readonly columns: Column[] } | { readonly fault: LineFault } {
  const columns: Column[] = [];
  const seen = new Set<string>();
  for (const given of names) {
    const name = given.trim().toLowerCase();
    const column = columnOf(name);
    if (column === undefined) {
      const known = ['user_id', 'date', 'source', 'steps', ...nightMetrics].join(', ');
      return { fault: { field: name, message: `must be one of ${known}` } };
    }
    const key = typeof column === 'string' ? column : column.night;
    if (seen.has(key)) return { fault: { field: name, message: 'is there twice' } };
    seen.add(key);
    columns.push(column);
  }
  if (!seen.has('date')) return { fault: { field: 'date', message: 'must be a column' } };
  if (!columns.some((column) => column === 'steps' || typeof column !== 'string')) {
    return { fault: { field: 'date', message: 'must have a column with values beside it' } };
  }
  return { columns };
}

function columnOf(name: string): Column | undefined {
  if (name === 'date' || name === 'steps') return name;
  const other = otherColumns.find((one) => one === name);
  if (other !== undefined) return other;
  const metric = metricName(name);
  return metric !== undefined && nightMetrics.has(metric) ? { night: metric } : undefined;
}

/** The values of one person and date. */
export type DailyRow = {
  readonly userId: string;
  readonly source: string;
  /** Local midnight at the beginning of the date, taken as UTC; in ms since 1970. */
  readonly midnightMs: number;
  readonly steps: number | undefined;
  readonly night: Readonly<Record<string, number>>;
};

/** A row of the file, or its fault. `person`: whose file it is if it has no column `user_id`. */
export function readRow(
  fields: readonly string[],
  columns: readonly Column[],
  person: string,
): { readonly row: DailyRow } | { readonly fault: LineFault } {
  if (fields.length !== columns.length) {
    return { fault: { field: '', message: `must have ${columns.length} fields, as the header has` } };
  }
  let [userId, source, midnightMs] = [person, 'daily', Number.NaN];
  let steps: number | undefined;
  const night: Record<string, number> = {};
  for (const [index, column] of columns.entries()) {
    const text = (fields[index] ?? '').trim();
    if (column === 'user_id') userId = text;
    else if (column === 'source') source = text || source;
    else if (column === 'date') midnightMs = dateMs(text);
    else if (text !== '') {
      const name = column === 'steps' ? column : column.night;
      if (!/^[+-]?\d+(\.\d+)?$/.test(text)) return { fault: { field: name, message: 'must be a number' } };
      if (column === 'steps') steps = Number(text);
      else night[name] = Number(text);
    }
  }
  if (userId === '') return { fault: { field: 'user_id', message: 'must not be empty' } };
  if (Number.isNaN(midnightMs))
    return { fault: { field: 'date', message: 'must be a date such as 2026-03-01' } };
  return { row: { userId, source, midnightMs, steps, night } };
}

function dateMs(text: string): number {
  const ms = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  // Date.parse takes the 30th of February for the 1st of March in some engines.
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text) ? ms : Number.NaN;
}

/** The night of a row as an event: known at 8 o'clock of its date. */
export function nightEvent({ userId, source, midnightMs, night }: DailyRow): LineOutcome {
  return eventOf(midnightMs + knownAtMs, {
    user_id: userId,
    source,
    event_type: 'sleep',
    timestamp: new Date(midnightMs + knownAtMs).toISOString(),
    context: 'sleep',
    metrics: night,
  });
}

/** The steps of a row as an event: known at 8 o'clock of the day after. */
export function stepsEvent({ userId, source, midnightMs, steps }: DailyRow): LineOutcome {
  const end = new Date(midnightMs + dayMs).toISOString();
  const start = new Date(midnightMs).toISOString();
  return eventOf(midnightMs + dayMs + knownAtMs, {
    user_id: userId,
    source,
    event_type: 'daily_activity',
    timestamp: end,
    readings: [{ metric: 'steps', value: steps, start, end, statistic: 'sum' }],
  });
}

function eventOf(arrivalMs: number, body: Readonly<Record<string, unknown>>): LineOutcome {
  const raw = Buffer.from(JSON.stringify(body));
  const outcome = outcomeOf(
    interpretEvent({ body, raw, brokerTime: arrivalMs, trusted: false, retentionDays: Infinity }),
  );
  if (outcome.kind !== 'refused') return outcome;
  const { field, message } = outcome.fault;
  return refused(field.replace(/^metrics\./, '').replace(/^readings\.0.*/, 'steps'), message);
}
