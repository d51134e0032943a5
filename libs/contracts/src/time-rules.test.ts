import { describe, expect, it } from 'vitest';
import { checkTime } from './time-rules.ts';
import { parseTimestamp } from './timestamp.ts';

const arrival = '2026-11-20T12:00:00.000Z';
const arrivalMs = Date.parse(arrival);

describe('checkTime', () => {
  it.each([
    [
      'an offset, in the past',
      '2026-11-20T10:00:00+02:00',
      { kind: 'ok', timestamp: '2026-11-20T10:00:00+02:00' },
    ],
    ['an offset, 5 min ahead', '2026-11-20T12:05:00Z', { kind: 'ok', timestamp: '2026-11-20T12:05:00Z' }],
    [
      'an offset, more than 5 min ahead',
      '2026-11-20T12:05:00.001Z',
      { kind: 'deadLetter', reason: 'future_timestamp' },
    ],
    [
      'no offset, in the past',
      '2026-11-20T11:00:00',
      { kind: 'ok', timestamp: '2026-11-20T11:00:00Z', flag: 'no_offset' },
    ],
    [
      'no offset, ahead',
      '2026-11-20T12:01:00',
      { kind: 'ok', timestamp: '2026-11-20T12:01:00Z', flag: 'no_offset' },
    ],
    [
      'no offset, 14 h ahead',
      '2026-11-21T02:00:00',
      { kind: 'ok', timestamp: '2026-11-21T02:00:00Z', flag: 'no_offset' },
    ],
    [
      'no offset, more than 14 h ahead: never refused',
      '2026-11-21T02:00:00.001',
      { kind: 'ok', timestamp: '2026-11-21T02:00:00.001Z', flag: 'no_offset' },
    ],
    ['400 days old', '2025-10-16T12:00:00Z', { kind: 'ok', timestamp: '2025-10-16T12:00:00Z' }],
    ['older than 400 days', '2025-10-16T11:59:59.999Z', { kind: 'drop', reason: 'out_of_range' }],
    ['no offset, older than 400 days', '2001-01-01T00:00:00', { kind: 'drop', reason: 'out_of_range' }],
  ])('%s', (_case, reported, verdict) => {
    for (const hasClientId of [true, false]) {
      expect(checkTime(parseTimestamp(reported), { arrivalMs, hasClientId })).toEqual(verdict);
    }
  });

  it.each([31, 3_650])('goes by a retention of %i days', (retentionDays) => {
    const judge = (ageMs: number) =>
      checkTime(parseTimestamp(new Date(arrivalMs - ageMs).toISOString()), {
        ...{ arrivalMs, hasClientId: true, retentionDays },
      }).kind;
    expect(judge(retentionDays * 86_400_000)).toBe('ok');
    expect(judge(retentionDays * 86_400_000 + 1)).toBe('drop');
  });

  it('takes the time of acceptance when there is only an id, and flags it', () => {
    expect(checkTime(undefined, { arrivalMs, hasClientId: true })).toEqual({
      kind: 'ok',
      timestamp: arrival,
      flag: 'time_assumed',
    });
  });

  it('knows no identity when there is neither an id nor a timestamp', () => {
    expect(checkTime(undefined, { arrivalMs, hasClientId: false })).toEqual({
      kind: 'deadLetter',
      reason: 'no_identity',
    });
  });
});
