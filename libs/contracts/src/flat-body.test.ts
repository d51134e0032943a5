import { describe, expect, it } from 'vitest';
import { flatBodyToEvent } from './flat-body.ts';

const arrivalMs = Date.parse('2026-11-20T12:00:00Z');
/** The guide's own body. */
const guide = {
  user_id: 'test_user',
  event_id: 'evt_123',
  hrv_rmssd: 25,
  readiness_score: 65,
  sleep_score: 80,
};

function flat(body: unknown, source: 'oura' | 'manual' = 'oura') {
  return flatBodyToEvent(body, { source, arrivalMs, raw: Buffer.from(JSON.stringify(body ?? null)) });
}

describe('flatBodyToEvent', () => {
  it("takes the guide's body; the route names the source", () => {
    expect(flat(guide)).toMatchObject({
      kind: 'ok',
      value: {
        source: 'oura',
        event_type: 'unspecified',
        timestamp: '2026-11-20T12:00:00.000Z',
        readings: [
          { metric: 'hrv_rmssd', value: 25, unit: 'ms' },
          { metric: 'readiness_score', value: 65 },
          { metric: 'sleep_score', value: 80 },
        ],
        provenance: {
          object_id: 'evt_123',
          object_kind: 'client',
          reported: 'sensed',
          flags: ['time_assumed'],
        },
      },
    });
    expect(flat(guide, 'manual')).toMatchObject({
      value: { source: 'manual', provenance: { reported: 'self_reported' } },
    });
  });

  it('gives the same event for the same body at another time', () => {
    const one = flat(guide);
    const two = flatBodyToEvent(guide, { source: 'oura', arrivalMs: arrivalMs + 5000, raw: Buffer.of(1) });
    if (one.kind !== 'ok' || two.kind !== 'ok') throw new Error('refused');
    expect(two.value.event_id).toBe(one.value.event_id);
    expect(two.value.provenance.content_hash).toBe(one.value.provenance.content_hash);
  });

  it('counts what a device did not measure as absent', () => {
    expect(flat({ ...guide, sleep_score: null, device_id: null })).toMatchObject({
      value: { readings: { length: 2 } },
    });
  });

  it.each([
    ['nothing', undefined, ['']],
    ['a list', [guide], ['']],
    ['no user', { ...guide, user_id: undefined }, ['user_id']],
    ['text for a number', { ...guide, hrv_rmssd: '25', sleep_score: [80] }, ['hrv_rmssd', 'sleep_score']],
    ['several faults at once', { ...guide, version: 1.5, hrv_rmssd: true }, ['version', 'hrv_rmssd']],
    ['an unknown field', { ...guide, hrv_rmsd: 25 }, ['hrv_rmsd']],
    ['a field name that is not plain', { ...guide, 'ada@example.org said': 1 }, ['(field)']],
    ['one metric under two names', { ...guide, hrv: 26 }, ['hrv']],
    ['an implausible value', { ...guide, hrv_rmssd: 2500 }, ['hrv_rmssd']],
    ['no metrics', { user_id: 'ada', event_id: 'x' }, ['metrics']],
    ['neither id nor timestamp', { user_id: 'ada', hrv_rmssd: 25 }, ['timestamp']],
    ['a malformed timestamp', { ...guide, timestamp: 'today' }, ['timestamp']],
    ['a time to come', { ...guide, timestamp: '2026-11-21T12:00:00Z' }, ['timestamp']],
    ['a time too long ago', { ...guide, timestamp: '2020-01-01T00:00:00Z' }, ['timestamp']],
    ['an unknown context', { ...guide, context: 'awake' }, ['context']],
  ])('names the fields at fault: %s', (_case, body, paths) => {
    const result = flat(body);
    expect(result.kind === 'invalid' && result.problems.map(({ path }) => path)).toEqual(paths);
  });

  it('is a delete although it carries readings, and ignores them whatever they are', () => {
    const deleted = flat({ user_id: 'test_user', event_id: 'evt_123', version: 1, operation: 'delete' });
    expect(deleted).toMatchObject({ kind: 'ok', value: { operation: 'delete', version: 1, readings: [] } });
    for (const more of [guide, { hrv_rmssd: 'n/a', hrv: 2500 }, { readings: [{ metric: 'x' }] }]) {
      expect(
        flat({ user_id: 'test_user', event_id: 'evt_123', version: 1, operation: 'delete', ...more }),
      ).toMatchObject({
        kind: 'ok',
        value: {
          event_id: deleted.kind === 'ok' && deleted.value.event_id,
          provenance: { content_hash: deleted.kind === 'ok' && deleted.value.provenance.content_hash },
        },
      });
    }
  });

  it.each([
    ['an unknown field', { version: 1, hrv_rmsd: 25 }, ['hrv_rmsd']],
    ['no version', {}, ['version']],
    ['no id', { event_id: undefined, version: 1 }, ['version']],
  ])('names the fields at fault of a delete: %s', (_case, change, paths) => {
    const result = flat({ ...guide, operation: 'delete', timestamp: '2026-11-20T11:00:00Z', ...change });
    expect(result.kind === 'invalid' && result.problems.map(({ path }) => path)).toEqual(paths);
  });

  it('repeats no value', () => {
    const secret = 'secret-value-4711';
    const bodies = [
      { ...guide, user_id: { secret } },
      { ...guide, hrv_rmssd: secret },
      { ...guide, context: secret, operation: secret, event_type: `${secret} !` },
      { ...guide, timestamp: secret },
      { ...guide, hrv_rmssd: 4711 },
      { ...guide, [`${secret}: 1`]: secret },
    ];
    for (const body of bodies) expect(JSON.stringify(flat(body))).not.toMatch(/4711/);
  });

  it('ends at twenty problems, however many there are', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`unknown_${index}`, index]));
    const result = flat({ ...guide, ...many });
    expect(result.kind === 'invalid' && result.problems.length).toBe(20);
  });
});
