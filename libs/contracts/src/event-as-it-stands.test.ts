import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { biometricEventSchema } from './biometric-event.ts';
import { isEventAsItStands } from './event-as-it-stands.ts';

const hash = 'ab'.repeat(32);
const reading = {
  metric: 'hrv_rmssd',
  value: 45.5,
  unit: 'ms',
  start: '2026-11-20T01:00:00+01:00',
  end: '2026-11-20T06:00:00.250Z',
  context: 'sleep',
  statistic: 'average',
};
const provenance = {
  object_id: 'night-1',
  object_kind: 'vendor',
  reported: 'sensed',
  content_hash: hash,
  raw_sha256: hash,
  flags: ['unit_converted'],
};
const event = {
  event_id: 'cd'.repeat(16),
  user_id: 'Ada Lovelace 💓',
  device_id: 'ring',
  source: 'oura',
  event_type: 'sleep',
  timestamp: '2026-11-20T07:00:00+01:00',
  received_at: '2026-11-20T06:00:01Z',
  version: 3,
  operation: 'upsert',
  readings: [reading, { metric: 'heart_rate', value: 52, unit: '/min' }],
  provenance,
};

/** Every place in the event: the path of keys to it. */
function pathsOf(value: unknown, path: readonly (string | number)[] = []): (string | number)[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  return Object.entries(value).flatMap(([key, inner]) => [
    [...path, key],
    ...pathsOf(inner, [...path, Array.isArray(value) ? Number(key) : key]),
  ]);
}

/** The event with another value, or nothing, at one place, or with one field more. */
const changed = fc
  .record({
    path: fc.constantFrom(...pathsOf(event)),
    value: fc.oneof(
      fc.jsonValue(),
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom(
        '',
        '\ud800',
        'a'.repeat(257),
        hash,
        'upsert',
        '2026-02-30T25:00:00Z',
        -1,
        1.5,
        2 ** 53,
        [],
        {},
        null,
      ),
    ),
    do: fc.constantFrom('set', 'remove', 'add'),
    field: fc.constantFrom('x', '__proto__', 'constructor', 'device_id', 'start', 'flags'),
  })
  .map(({ path, value, do: what, field }) => {
    const copy = structuredClone(event) as unknown;
    const last = path.at(-1) ?? '';
    const parent = path.slice(0, -1).reduce((at, key) => (at as Record<string, unknown>)[key], copy);
    if (what === 'remove') Reflect.deleteProperty(parent as object, last);
    else {
      const name = what === 'add' ? field : last;
      Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
    }
    return JSON.parse(JSON.stringify(copy)) as unknown;
  });

describe('isEventAsItStands', () => {
  it('takes an event with all fields, and one without those that may be absent', () => {
    const { device_id, ...withoutDevice } = event;
    expect([device_id, isEventAsItStands(event), isEventAsItStands(withoutDevice)]).toEqual([
      'ring',
      true,
      true,
    ]);
  });

  it('leaves an event with a field that only a newer version knows to the schema', () => {
    expect(isEventAsItStands({ ...event, mood: 'calm' })).toBe(false);
    expect(isEventAsItStands({ ...event, readings: [{ ...reading, mood: 'calm' }] })).toBe(false);
  });

  it('never takes what the schema would refuse or change', () => {
    fc.assert(
      fc.property(changed, (body) => {
        if (!isEventAsItStands(body)) return;
        const parsed = biometricEventSchema.safeParse(body);
        expect(parsed.success && parsed.data).toEqual(body);
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes most of what the schema takes: else it would cost more than it saves', () => {
    const harmless = fc.record({
      value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      user_id: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
      version: fc.nat(),
    });
    fc.assert(
      fc.property(harmless, ({ value, user_id, version }) => {
        const body = { ...event, user_id, version, readings: [{ ...reading, value }] };
        expect(isEventAsItStands(body)).toBe(biometricEventSchema.safeParse(body).success);
      }),
    );
  });

  it.each([null, undefined, 1, 'event', [], {}, [event]])('does not take %j', (body) => {
    expect(isEventAsItStands(body)).toBe(false);
  });
});
