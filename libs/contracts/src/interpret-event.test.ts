import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { biometricEventSchema, type BiometricEvent } from './biometric-event.ts';
import { flatBodyToEvent } from './flat-body.ts';
import { interpretEvent } from './interpret-event.ts';
import { metrics } from './metrics.ts';
import { topics } from './topics.ts';

const brokerTime = Date.parse('2026-11-20T12:00:00Z');
/** The message of the deployment guide, as its producer writes it. */
const shorthand = {
  user_id: 'test_user_123',
  device_id: 'oura_ring_456',
  event_type: 'heart_rate',
  timestamp: '2026-11-20T11:59:00.123456',
  metrics: { hrv: 45, heart_rate: 72, stress_level: 0.7 },
};

function partner(body: unknown) {
  return interpretEvent({ body, raw: Buffer.from(JSON.stringify(body)), brokerTime, trusted: false });
}

function accepted(body: unknown): BiometricEvent {
  const outcome = partner(body);
  if (outcome.kind !== 'ok') throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

describe("a partner's shorthand", () => {
  it('is read as the guide writes it', () => {
    expect(accepted(shorthand)).toMatchObject({
      user_id: 'test_user_123',
      source: 'partner',
      timestamp: '2026-11-20T11:59:00.123456Z',
      received_at: '2026-11-20T12:00:00.000Z',
      version: 0,
      operation: 'upsert',
      readings: [
        { metric: 'hrv_rmssd', value: 45, unit: 'ms' },
        { metric: 'heart_rate', value: 72, unit: '/min' },
        { metric: 'stress_level', value: 0.7, unit: '1' },
      ],
      provenance: { object_kind: 'content', reported: 'sensed', flags: ['no_offset'] },
    });
  });

  it('is the same event whatever the order of its keys, the spelling of its time and the broker that took it', () => {
    const again = {
      metrics: { stress_level: 0.7, heart_rate: 72, hrv_rmssd: 45, body_battery: null },
      timestamp: '2026-11-20T11:59:00.123456000Z',
      event_type: 'heart_rate',
      device_id: 'oura_ring_456',
      user_id: 'test_user_123',
    };
    const later = interpretEvent({
      body: again,
      raw: Buffer.of(1),
      brokerTime: brokerTime + 60_000,
      trusted: false,
    });
    expect(later.kind === 'ok' && later.value.event_id).toBe(accepted(shorthand).event_id);
  });

  it('keeps two readings of a local clock apart, and knows one of them again later', () => {
    const at = (timestamp: string) => accepted({ ...shorthand, timestamp });
    const [one, two] = [at('2026-11-20T14:00:00'), at('2026-11-20T14:01:00')];
    expect(one.provenance.flags).toEqual(['no_offset']);
    expect(one.timestamp).toBe('2026-11-20T14:00:00Z');
    expect(one.event_id).not.toBe(two.event_id);
    const body = { ...shorthand, timestamp: '2026-11-20T14:00:00' };
    const muchLater = interpretEvent({
      body,
      raw: Buffer.of(1),
      brokerTime: brokerTime + 3 * 3_600_000,
      trusted: false,
    });
    expect(muchLater.kind === 'ok' && muchLater.value.event_id).toBe(one.event_id);
  });

  it('with an id alone has the time of its acceptance, which is no part of its content', () => {
    const body = { user_id: 'ada', event_type: 'hrv', event_id: 'x1', metrics: { hrv: 45 } };
    const first = accepted(body);
    expect(first).toMatchObject({
      timestamp: '2026-11-20T12:00:00.000Z',
      provenance: { flags: ['time_assumed'] },
    });
    const later = interpretEvent({
      body,
      raw: Buffer.of(1),
      brokerTime: brokerTime + 60_000,
      trusted: false,
    });
    expect(later).toMatchObject({
      value: { event_id: first.event_id, provenance: { content_hash: first.provenance.content_hash } },
    });
  });

  it("makes two persons' evt_123 two events, and a correction a version", () => {
    const event = (user_id: string, version?: number) =>
      accepted({ ...shorthand, user_id, event_id: 'evt_123', version }).event_id;
    expect(new Set([event('ada'), event('bob'), event('ada', 1)]).size).toBe(3);
    expect(event('ada', 0)).toBe(event('ada'));
  });

  it('gives its context to every reading', () => {
    const contexts = accepted({ ...shorthand, context: 'rest' }).readings.map(({ context }) => context);
    expect(contexts).toEqual(['rest', 'rest', 'rest']);
  });

  it('leaves out metrics that the dictionary does not know', () => {
    const event = accepted({ ...shorthand, metrics: { hrv: 45, body_battery: 80 } });
    expect(event.readings).toHaveLength(1);
    expect(event.provenance.flags).toEqual(['unknown_metric', 'no_offset']);
  });

  it.each([
    ['no object', 'text', 'invalid_event'],
    ['null', null, 'invalid_event'],
    ['a list', [shorthand], 'invalid_event'],
    ['no user', { ...shorthand, user_id: undefined }, 'invalid_event'],
    ['an empty user', { ...shorthand, user_id: '' }, 'invalid_event'],
    ['a user of half a surrogate pair', { ...shorthand, user_id: 'a\ud800' }, 'invalid_event'],
    ['a numeric user', { ...shorthand, user_id: 7 }, 'invalid_event'],
    ['a text that is no number', { ...shorthand, metrics: { hrv: '45 ms' } }, 'invalid_event'],
    ['a number of 10 kB', { ...shorthand, metrics: { hrv: '4'.repeat(10_000) } }, 'invalid_event'],
    ['a value as true', { ...shorthand, metrics: { hrv: true } }, 'invalid_event'],
    ['a value that is not a number', { ...shorthand, metrics: { hrv: Number.NaN } }, 'invalid_event'],
    ['one metric under two names', { ...shorthand, metrics: { hrv: 45, hrv_rmssd: 46 } }, 'invalid_event'],
    ['a day that does not exist', { ...shorthand, timestamp: '2026-02-30T00:00:00Z' }, 'invalid_event'],
    ['a negative version', { ...shorthand, version: -1 }, 'invalid_event'],
    ['no metrics', { ...shorthand, metrics: {} }, 'no_readings'],
    ['unknown metrics only', { ...shorthand, metrics: { body_battery: 80 } }, 'no_readings'],
    ['an implausible value', { ...shorthand, metrics: { hrv: 45, heart_rate: 500 } }, 'implausible_value'],
    ['neither id nor timestamp', { ...shorthand, timestamp: undefined }, 'no_identity'],
    ['a time to come', { ...shorthand, timestamp: '2026-11-20T13:00:00Z' }, 'future_timestamp'],
    ['our source', { ...shorthand, source: 'oura' }, 'reserved_source'],
    ['our source in capitals', { ...shorthand, source: 'WHOOP' }, 'reserved_source'],
    [
      'a delete without a version',
      { ...shorthand, event_id: 'x', metrics: {}, operation: 'delete' },
      'invalid_event',
    ],
    [
      'a delete without an id',
      { ...shorthand, metrics: {}, version: 1, operation: 'delete' },
      'invalid_event',
    ],
  ])('is a dead letter with %s', (_case, body, reason) => {
    expect(partner(body)).toMatchObject({ kind: 'deadLetter', reason });
  });

  it('is a delete although it carries readings, as a change log writes it', () => {
    const row = { ...shorthand, event_id: 'x', version: 1, metrics: { hrv: 45, heart_rate: 5_000 } };
    expect(accepted({ ...row, operation: 'delete' })).toMatchObject({ operation: 'delete', readings: [] });
    const deleted = accepted({ ...row, operation: 'delete' });
    for (const change of [
      { operation: 'DELETE' },
      { metrics: { hrv: 'n/a', hrv_rmssd: 45 } },
      { metrics: undefined, readings: [{ metric: 'hrv', end: 'noon' }] },
      { metrics: {} },
    ]) {
      expect(accepted({ ...row, operation: 'delete', ...change })).toMatchObject({
        event_id: deleted.event_id,
        provenance: { content_hash: deleted.provenance.content_hash },
      });
    }
  });

  it('is read with numbers as text', () => {
    const typed = accepted({ ...shorthand, event_id: 'x', version: 2 });
    const text = { ...shorthand, event_id: 'x', version: '2', metrics: { hrv: '45.0', heart_rate: '7.2e1' } };
    expect(accepted({ ...text, metrics: { ...text.metrics, stress_level: '0.7' } })).toMatchObject({
      event_id: typed.event_id,
      provenance: { content_hash: typed.provenance.content_hash },
    });
  });

  it('names the field at fault', () => {
    const problems = (change: object) => {
      const outcome = partner({ ...shorthand, ...change });
      return outcome.kind === 'deadLetter' ? outcome.problems : [];
    };
    expect(problems({ metrics: { hrv: 'n/a' } })).toEqual([
      { path: 'metrics.hrv', message: 'must be a number' },
    ]);
    expect(problems({ timestamp: 'noon' })).toMatchObject([{ path: 'timestamp' }]);
    expect(problems({ readings: [{ metric: 'hrv', value: 1, end: 'noon' }] })).toMatchObject([
      { path: 'readings.0.end' },
    ]);
  });

  it('is dropped when it is older than events are kept', () => {
    expect(partner({ ...shorthand, timestamp: '2020-01-01T00:00:00Z' })).toEqual({
      kind: 'drop',
      reason: 'out_of_range',
    });
  });
});

describe("a partner's full event", () => {
  const full = {
    user_id: 'ada',
    source: 'acme',
    event_type: 'sleep',
    timestamp: '2026-11-20T06:00:00+01:00',
    readings: [{ metric: 'hrv', value: 0.045, unit: 's', context: 'sleep', statistic: 'average' }],
  };

  it('needs only user, type, time and readings', () => {
    expect(accepted(full)).toMatchObject({
      source: 'acme',
      readings: [{ metric: 'hrv_rmssd', value: 45, unit: 'ms', context: 'sleep', statistic: 'average' }],
      provenance: { flags: ['unit_converted'] },
    });
  });

  it('cannot say when it arrived, what it hashes to or that it is ours', () => {
    const forged = accepted({
      ...full,
      received_at: '2020-01-01T00:00:00Z',
      event_id: '0'.repeat(32),
      provenance: {
        object_kind: 'vendor',
        content_hash: '0'.repeat(64),
        raw_sha256: '0'.repeat(64),
        flags: ['x'],
      },
    });
    expect(forged.received_at).toBe('2026-11-20T12:00:00.000Z');
    expect(forged.event_id).not.toBe('0'.repeat(32));
    expect(forged.provenance).toMatchObject({ object_kind: 'client', object_id: '0'.repeat(32) });
    expect(forged.provenance.content_hash).not.toBe('0'.repeat(64));
  });

  it('deletes its own object by a higher version', () => {
    expect(
      accepted({ ...full, readings: [], event_id: 'n1', version: 2, operation: 'delete' }),
    ).toMatchObject({
      operation: 'delete',
      version: 2,
      readings: [],
    });
  });
});

describe('an event of our own', () => {
  const raw = Buffer.from('{}');
  const made = flatBodyToEvent(
    { user_id: 'ada', event_id: 'evt_123', hrv_rmssd: 25, readiness_score: 65 },
    { source: 'oura', raw, arrivalMs: brokerTime },
  );
  const own = made.kind === 'ok' ? made.value : undefined;
  const trusted = (change: object) =>
    interpretEvent({ body: { ...own, ...change }, raw, brokerTime: brokerTime + 86_400_000, trusted: true });

  it('is taken as it stands, however late it was published', () => {
    expect(trusted({})).toEqual({ kind: 'ok', value: own });
  });

  it('loses fields that a newer version added', () => {
    expect(trusted({ added_later: 1 })).toEqual({ kind: 'ok', value: own });
  });

  it('keeps metrics that only a newer version knows', () => {
    const readings = [{ metric: 'grip_strength', value: 40, unit: 'kg' }];
    expect(trusted({ readings })).toMatchObject({ value: { readings } });
  });

  it.each([
    ['a malformed id', { event_id: 'evt_123' }, 'invalid_event'],
    ['a time without offset', { timestamp: '2026-11-20T12:00:00' }, 'invalid_event'],
    ['a day that does not exist', { timestamp: '2026-02-30T12:00:00Z' }, 'invalid_event'],
    ['a time after its arrival', { timestamp: '2026-11-20T12:06:00Z' }, 'future_timestamp'],
    [
      'a reading that ends after its arrival',
      { readings: [{ metric: 'hrv_rmssd', value: 45, unit: 'ms', end: '2026-11-20T13:00:00Z' }] },
      'future_timestamp',
    ],
    ['a foreign unit', { readings: [{ metric: 'hrv_rmssd', value: 45, unit: 's' }] }, 'unknown_unit'],
    [
      'an implausible value',
      { readings: [{ metric: 'hrv_rmssd', value: 999, unit: 'ms' }] },
      'implausible_value',
    ],
  ])('is a dead letter with %s', (_case, change, reason) => {
    expect(trusted(change)).toMatchObject({ kind: 'deadLetter', reason });
  });

  it('is a partner without the signature, and then may not be called oura', () => {
    expect(partner(own)).toMatchObject({ kind: 'deadLetter', reason: 'reserved_source' });
  });
});

it('what is longer than a message may be is a dead letter, ours too', () => {
  const raw = Buffer.alloc(topics.events.maxMessageBytes + 1);
  for (const trusted of [true, false])
    expect(interpretEvent({ body: shorthand, raw, brokerTime, trusted })).toMatchObject({
      kind: 'deadLetter',
      reason: 'too_large',
    });
});

it('whatever is accepted satisfies the event schema and stays below the limit of a message', () => {
  const name = fc.string({ minLength: 1, maxLength: 256, unit: 'grapheme' });
  const metric = fc.constantFrom(
    ...Object.entries(metrics).flatMap(([known, { min, max }]) => (min <= 50 && max >= 100 ? known : [])),
  );
  const time = fc.constantFrom('2026-11-20T06:29:00.123456789-05:30', '2026-11-20T14:00:00');
  const reading = fc.record({
    metric,
    value: fc.double({ min: 50, max: 100, noNaN: true }),
    start: time,
    end: time,
  });
  const message = fc.record({
    user_id: name,
    event_type: fc.constantFrom('sleep', 'heart_rate'),
    timestamp: time,
    event_id: fc.option(name, { nil: null }),
    readings: fc.array(reading, { minLength: 1, maxLength: 5 }),
  });
  let accepting = 0;
  fc.assert(
    fc.property(message, (body) => {
      const many = {
        ...body,
        readings: Array.from({ length: 200 }, () => body.readings)
          .flat()
          .slice(0, 1000),
      };
      const outcome = partner(many);
      if (outcome.kind !== 'ok') return;
      accepting += 1;
      expect(biometricEventSchema.safeParse(outcome.value).success).toBe(true);
      expect(Buffer.byteLength(JSON.stringify(outcome.value))).toBeLessThan(topics.events.maxMessageBytes);
    }),
    { numRuns: 40, seed: 1 },
  );
  expect(accepting).toBeGreaterThan(10);
});
