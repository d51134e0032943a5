import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseTimestamp, realOffset, withZuluForZero } from './timestamp.ts';

describe('parseTimestamp', () => {
  it.each([
    ['2026-11-20T12:00:00Z', '2026-11-20T12:00:00Z', 0, '2026-11-20T12:00:00.000Z'],
    ['2026-11-20t12:00:00z', '2026-11-20T12:00:00Z', 0, '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00:00', '2026-11-20T12:00:00Z', undefined, '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00:00+00:00', '2026-11-20T12:00:00+00:00', 0, '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00:00-00:00', '2026-11-20T12:00:00Z', 0, '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00:00.500+00:00', '2026-11-20T12:00:00.5+00:00', 0, '2026-11-20T12:00:00.500Z'],
    ['2026-11-20T12:00:00+05:45', '2026-11-20T12:00:00+05:45', 345, '2026-11-20T06:15:00.000Z'],
    ['2026-11-20T12:00:00-03:30', '2026-11-20T12:00:00-03:30', -210, '2026-11-20T15:30:00.000Z'],
    ['2026-11-20T12:00:00.500Z', '2026-11-20T12:00:00.5Z', 0, '2026-11-20T12:00:00.500Z'],
    ['2026-11-20T12:00:00.000Z', '2026-11-20T12:00:00Z', 0, '2026-11-20T12:00:00.000Z'],
    ['2026-11-20T12:00:00.123456', '2026-11-20T12:00:00.123456Z', undefined, '2026-11-20T12:00:00.123Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00Z', 0, '2024-02-29T00:00:00.000Z'],
  ])('reads %s', (input, text, offsetMinutes, instant) => {
    expect(parseTimestamp(input)).toEqual({ text, offsetMinutes, epochMs: Date.parse(instant) });
  });

  it.each([
    '',
    'yesterday',
    '2026-11-20',
    '2026-11-20 12:00:00Z',
    '2026-11-20T12:00Z',
    '2026-02-29T12:00:00Z',
    '2026-04-31T12:00:00Z',
    '2026-13-01T12:00:00Z',
    '2026-11-20T24:00:00Z',
    '2026-11-20T12:00:60Z',
    '2026-11-20T12:00:00.Z',
    '2026-11-20T12:00:00.1234567890Z',
    '2026-11-20T12:00:00+0530',
    '2026-11-20T12:00:00+15:00',
    '2026-11-20T12:00:00+05:60',
    '2026-11-20T12:00:00Zulu',
    '2026-11-20T12:00:00+05:30x',
    '+002026-11-20T12:00:00Z',
    '１２34-11-20T12:00:00Z',
  ])('refuses %s', (input) => {
    expect(parseTimestamp(input)).toBeUndefined();
  });

  it('agrees with Date for every instant and spells its own text the same again', () => {
    const instants = fc.date({
      min: new Date('0100-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(instants, (instant) => {
        const parsed = parseTimestamp(instant.toISOString());
        expect(parsed?.epochMs).toBe(instant.getTime());
        expect(parseTimestamp(parsed?.text ?? '')).toEqual(parsed);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseTimestamp(text)));
  });
});

describe('realOffset', () => {
  it.each([
    ['2026-11-20T12:00:00+05:45', 345],
    ['2026-11-20T12:00:00+00:00', 0],
    ['2026-11-20T12:00:00Z', undefined],
    ['2026-11-20T12:00:00z', undefined],
    ['2026-11-20T12:00:00-00:00', undefined],
    ['2026-11-20T12:00:00', undefined],
  ])('of %s is %s', (input, offset) => {
    const parsed = parseTimestamp(input);
    expect(parsed && realOffset(parsed)).toBe(offset);
  });
});

it('spells a zero offset as Z for hashes, and no other', () => {
  expect(withZuluForZero('2026-11-20T12:00:00.5+00:00')).toBe('2026-11-20T12:00:00.5Z');
  expect(withZuluForZero('2026-11-20T12:00:00+10:00')).toBe('2026-11-20T12:00:00+10:00');
});
