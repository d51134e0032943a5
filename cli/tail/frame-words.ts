import { kindInWords, timeInWords, words } from '../alerts/alert-words.ts';
import { plainText } from '../api/table.ts';
import type { Frame } from './follow-stream.ts';

type Fields = Readonly<Record<string, unknown>>;

/** One line for a terminal: time, kind, person, and what happened. */
export function frameInWords({ kind, data }: Frame): string {
  const fields = isFields(data) ? data : {};
  const at = text(fields['at'] ?? fields['timestamp']);
  const time = at === '' ? '' : timeInWords(at);
  const line = [time.padEnd(20), kind.padEnd(10), text(fields['user_id']), happening(kind, fields)];
  return plainText(line.join('  ').trimEnd());
}

function happening(kind: string, fields: Fields): string {
  switch (kind) {
    case 'event':
      return [text(fields['event_type']), readingsInWords(fields['readings'])].filter(Boolean).join(': ');
    case 'transition': {
      const from = text(fields['from']);
      const why = text(fields['summary']) || words(text(fields['reason']));
      return `${from === '' ? '' : `${from} to `}${text(fields['to'])}: ${why}`;
    }
    case 'alert': {
      const change = words(text(fields['change']) || text(fields['to']));
      const why = text(fields['summary']) || text(fields['title']);
      return `${text(fields['severity'])} ${kindInWords(text(fields['kind']))} ${change}${why === '' ? '' : `: ${why}`}`;
    }
    case 'insight':
      return `${words(text(fields['kind']))}: ${text(fields['summary'])}`;
    case 'reset':
      return `frames may be missing (${words(text(fields['reason']) || 'unknown')}); it goes on from here`;
    case 'lagging':
      return 'this reader is slow; earlier values were left out for the newest';
    default:
      return '';
  }
}

function readingsInWords(readings: unknown): string {
  if (!Array.isArray(readings)) return '';
  return readings
    .filter(isFields)
    .map(({ metric, value, unit }) => `${words(text(metric))} ${text(value)} ${text(unit)}`.trimEnd())
    .join(', ');
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
