import fc from 'fast-check';
import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { DataKey } from './data-key.ts';
import { sealWith, unsealWith, type Place } from './seal.ts';

const key = DataKey.random();
const place: Place = { table: 'alerts.episodes', column: 'evidence', row: 'a1', subject: 's1' };
const rejected = expect.objectContaining({ code: 'sealed_value_rejected', retry: 'permanent' }) as Error;

describe('sealWith and unsealWith', () => {
  test('give back any value', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), (bytes) => {
        const plain = Buffer.from(bytes);
        expect(unsealWith(key, sealWith(key, plain, place), place).equals(plain)).toBe(true);
      }),
    );
    expect(unsealWith(key, sealWith(key, 'Grüße', place), place).toString()).toBe('Grüße');
  });

  test('write 0x01, iv, ciphertext and tag, with a new iv each time', () => {
    const sealed = Array.from({ length: 2000 }, () => sealWith(key, 'same', place));
    expect(sealed.every((value) => value[0] === 1 && value.length === 1 + 12 + 4 + 16)).toBe(true);
    expect(new Set(sealed.map((value) => value.subarray(1, 13).toString('hex'))).size).toBe(2000);
  });

  test('refuse a value with any one bit changed', () => {
    const sealed = sealWith(key, 'pulse 61', place);
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(() => unsealWith(key, changed, place)).toThrow(rejected);
    }
  });

  test('refuse a value that was cut or lengthened', () => {
    const sealed = sealWith(key, 'pulse 61', place);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => unsealWith(key, sealed.subarray(0, length), place)).toThrow(rejected);
    }
    expect(() => unsealWith(key, Buffer.concat([sealed, Buffer.from([0])]), place)).toThrow(rejected);
  });

  test.each<Partial<Place>>([
    { table: 'alerts.outbox' },
    { column: 'state' },
    { row: 'a2' },
    { subject: 's2' },
    { row: 'a1|s1', subject: 's1' },
  ])('refuse a value that was moved to %o', (moved) => {
    const sealed = sealWith(key, 'pulse 61', place);
    expect(() => unsealWith(key, sealed, { ...place, ...moved })).toThrow(rejected);
    expect(() => unsealWith(DataKey.random(), sealed, place)).toThrow(rejected);
  });

  test('seal 1,000 payloads of 400 bytes fast enough for the hot path', () => {
    const payload = randomBytes(400);
    const run = () => {
      const start = performance.now();
      for (let n = 0; n < 1000; n += 1) sealWith(key, payload, place);
      return performance.now() - start;
    };
    const best = Math.min(...Array.from({ length: 20 }, run));
    // About 4 ms on an idle core; the bound only catches a change of order of magnitude.
    expect(best).toBeLessThan(25);
  });
});
