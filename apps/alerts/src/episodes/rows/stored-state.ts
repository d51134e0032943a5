import { alertStatuses, parseTimestamp, severities } from '@bridge/contracts';
import type { Episode } from '../domain/episode.ts';

/** The sealed part of an episode. */
export type StoredState = Pick<Episode, 'reported' | 'acknowledged' | 'closed'>;

/** Throws where a value has not the form of what this service writes: whatever reads it later would fail with it. */
export function asStoredState(value: unknown): StoredState {
  if (!isStoredState(value)) throw new Error('an episode has another form');
  const { newest } = value.reported;
  const { unconfirmed_since: since, ...details } = newest.details;
  // Times that do not exist were taken before; a change that repeats one would be refused.
  if (since === undefined || parseTimestamp(since) !== undefined) return value;
  return { ...value, reported: { ...value.reported, newest: { ...newest, details } } };
}

function isStoredState(value: unknown): value is StoredState {
  if (!isRecord(value) || !isRecord(value['reported'])) return false;
  const { newest, severities: orders, ground } = value['reported'];
  return (
    isRecord(newest) &&
    isRecord(newest['order']) &&
    isRecord(newest['details']) &&
    isOneOf(alertStatuses, newest['status']) &&
    isOneOf(severities, newest['severity']) &&
    isRecord(orders) &&
    isRecord(ground) &&
    isRecord(ground['evidence']) &&
    isRecordOrNull(value['acknowledged']) &&
    isRecordOrNull(value['closed'])
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRecordOrNull(value: unknown): boolean {
  return value === null || isRecord(value);
}

function isOneOf(names: readonly string[], value: unknown): boolean {
  return typeof value === 'string' && names.includes(value);
}
