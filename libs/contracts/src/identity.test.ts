import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  alertId,
  changeId,
  contentHash,
  deliveryId,
  eventId,
  heartbeatId,
  signalId,
  transitionId,
} from './identity.ts';

const object = { kind: 'client', id: 'evt_123' } as const;
const base = { source: 'oura', userId: 'ada', object, version: 0 };

describe('eventId', () => {
  // `printf '5:event4:oura3:ada6:client7:evt_1231:0' | sha256sum`, the first 32 digits
  it('is pinned: changing it would make every kept event new', () => {
    expect(eventId(base)).toBe('178e19777687810f76f761fa7701b087');
  });

  it.each([
    ['the source', { ...base, source: 'whoop' }],
    ['the person', { ...base, userId: 'bob' }],
    ['the object', { ...base, object: { kind: 'client', id: 'evt_124' } as const }],
    ['the version', { ...base, version: 1 }],
    ['a vendor object of the same text', { ...base, object: { kind: 'vendor', id: 'evt_123' } as const }],
    ['content of the same text', { ...base, object: { kind: 'content', id: 'evt_123' } as const }],
  ])('differs by %s', (_by, other) => {
    expect(eventId(other)).not.toBe(eventId(base));
  });

  it('reads no two lists of inputs the same, wherever the text is cut', () => {
    const text = fc.string({ minLength: 2, maxLength: 12, unit: fc.constantFrom('a', ':', '1', '2', 'ä') });
    fc.assert(
      fc.property(text, text, fc.nat(11), fc.nat(11), (left, right, one, two) => {
        const whole = left + right;
        const [a, b] = [Math.min(one, whole.length), Math.min(two, whole.length)];
        const cut = (at: number) => eventId({ ...base, source: whole.slice(0, at), userId: whole.slice(at) });
        expect(cut(a) === cut(b)).toBe(a === b);
      }),
    );
  });
});

describe('deliveryId', () => {
  const steps = [
    { alertId: 'a1', step: 2 },
    { alertId: 'b1', step: 1 },
  ];

  // `printf '8:delivery5:email2:a11:22:b11:1' | sha256sum`, the first 32 digits
  it('is pinned, and the same for every order of its steps', () => {
    expect(deliveryId('email', steps)).toBe('1e07a869afd39e9a98e4788b54c0d39b');
    expect(deliveryId('email', steps.toReversed())).toBe(deliveryId('email', steps));
  });

  it.each([
    ['the channel', 'phone', steps],
    ['a step', 'email', [{ alertId: 'a1', step: 3 }, ...steps.slice(1)]],
    ['an alert less', 'email', steps.slice(1)],
    ['an alert and a step that read the same', 'email', [{ alertId: 'a12', step: 2 }, ...steps.slice(1)]],
  ])('differs by %s', (_by, channel, other) => {
    expect(deliveryId(channel, other)).not.toBe(deliveryId('email', steps));
  });
});

describe('contentHash', () => {
  const reading = { metric: 'hrv_rmssd', value: 45, unit: 'ms' };
  const pulse = { metric: 'heart_rate', value: 72, unit: '/min' };
  const content = { event_type: 'hrv', operation: 'upsert', readings: [reading, pulse] } as const;

  it('does not depend on the order of readings', () => {
    expect(contentHash({ ...content, readings: [pulse, reading] })).toBe(contentHash(content));
  });

  it('is pinned over the spelling with Z, so that ids outlive the one that keeps zero offsets', () => {
    const at = (zone: string) => {
      const [start, end] = [`2026-11-20T11:00:00${zone}`, `2026-11-20T12:00:00.5${zone}`];
      return contentHash({ ...content, reportedAt: end, readings: [{ ...reading, start, end }] });
    };
    expect(at('Z')).toBe('3c233cafe5772b1006371ce93a2120a8736e6d1ef3ebfb911688cc4818a92f11');
    expect(at('+00:00')).toBe(at('Z'));
    expect(at('+01:00')).not.toBe(at('Z'));
  });

  it.each([
    ['a value', { ...content, readings: [{ ...reading, value: 46 }, pulse] }],
    ['a context', { ...content, readings: [{ ...reading, context: 'sleep' as const }, pulse] }],
    ['a reading less', { ...content, readings: [reading] }],
    ['a reading twice', { ...content, readings: [reading, pulse, pulse] }],
    ['the device', { ...content, device_id: 'ring' }],
    ['the time reported', { ...content, reportedAt: '2026-11-20T12:00:00Z' }],
    ['the operation', { ...content, operation: 'delete' as const }],
    ['the event type', { ...content, event_type: 'sleep' }],
  ])('differs by %s', (_by, other) => {
    expect(contentHash(other)).not.toBe(contentHash(content));
  });
});

describe('ids of what follows', () => {
  it('come from their cause and nothing else', () => {
    const event = eventId(base);
    const due = '2026-11-20T12:00:00.000Z';
    const transition = transitionId('ada', { event_id: event });
    const alert = alertId(transition, 'mode.reflex');
    const firing = signalId({ alertId: alert, status: 'firing', cause: transition });
    const ids = [
      event,
      transition,
      transitionId('ada', { due }),
      transitionId('bob', { due }),
      alert,
      alertId(transition, 'mode.guardian'),
      firing,
      signalId({ alertId: alert, status: 'resolved', cause: transition }),
      signalId({ alertId: alert, status: 'firing', cause: event }),
      changeId(alert, firing),
      heartbeatId('cognition', due),
      heartbeatId('webhook-ingest', due),
    ];
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(ids).size).toBe(ids.length);
    expect(transitionId('ada', { event_id: event })).toBe(transition);
  });
});
