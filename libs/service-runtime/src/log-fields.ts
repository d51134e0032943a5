import { type LogFields } from '@bridge/core';
import { loggableError } from './loggable-error.ts';

/**
 * The only keys that reach a log line. Each one holds something that operations need and that says nothing about a body
 * or an identity. `user_id`, `device_id`, values, bodies, URLs and free text have no key, on purpose.
 */
const allowedKeys = new Set(
  [
    'error reason code signal status state verdict field',
    'component consumer operation policy job task step phase action kind name',
    'topic partition partitions offset next_offset group member cluster broker',
    'ce_id event_id transition_id alert_id signal_id analysis_id subject_id outbox_id connection_id',
    'source vendor data_type event_type mode severity schema schema_id subject table migration',
    'method route port host key_id scope version policy_version rule_set file line',
    'count size bytes rows messages attempt attempts lag subscribers kept limit',
    'from to expected actual age_ms delay_ms duration_ms timeout_ms since until',
  ].flatMap((line) => line.split(' ')),
);

/** Free text has spaces, JSON has braces and quotes; an identifier, path, time or template has neither. */
const token = /^[\w.:/@+*{}<>,=-]{1,200}$/;
const mostItems = 20;

/** Keeps allowed keys with harmless values; says how many fields it left out. */
export function redactFields(fields: LogFields): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  let dropped = 0;
  for (const [key, value] of Object.entries(fields)) {
    const safe = allowedKeys.has(key) ? safeValue(value) : undefined;
    if (safe === undefined) dropped += value === undefined ? 0 : 1;
    else kept[key] = safe;
  }
  return dropped === 0 ? kept : { ...kept, dropped_fields: dropped };
}

function safeValue(value: unknown): unknown {
  if (value instanceof Error) return loggableError(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (Array.isArray(value)) return value.slice(0, mostItems).map((item) => safeScalar(item) ?? '[redacted]');
  return safeScalar(value);
}

function safeScalar(value: unknown): string | number | boolean | null | undefined {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'string') return token.test(value) ? value : '[redacted]';
  return undefined;
}
