import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readClaim, timestampMs } from './read-claim.ts';
import { vendorDefinitions } from '../vendors/vendors.ts';
import { standardWebhooks, type SignatureFamily } from './signature-families.ts';

const oura = vendorDefinitions.oura.notices.signature;
const whoop = vendorDefinitions.whoop.notices.signature;
const hex = 'AB'.repeat(32);
const base64 = Buffer.alloc(32, 7).toString('base64');

describe('readClaim', () => {
  it('reads hex in either case', () => {
    for (const written of [hex, hex.toLowerCase()]) {
      const claim = readClaim(oura, { 'x-oura-signature': written, 'x-oura-timestamp': '1672560000' });
      expect(claim).toEqual({
        prefix: '1672560000',
        signatures: [Buffer.alloc(32, 0xab)],
        timestamp: '1672560000',
      });
    }
  });

  it.each([
    ['empty', ''],
    ['a prefix that this vendor does not write', `sha256=${hex}`],
    ['too short', hex.slice(2)],
    ['10 kB', 'ab'.repeat(5_000)],
    ['not ASCII', 'ä'.repeat(64)],
    ['full-width digits', '１'.repeat(64)],
    ['base64', base64],
    ['two of them, as Node joins repeated headers', `${hex}, ${hex}`],
    ['an array', [hex, hex]],
  ])('gives nothing for a signature that is %s', (_case, signature) => {
    const headers = { 'x-oura-signature': signature, 'x-oura-timestamp': '1672560000' };
    expect(readClaim(oura, headers)).toBeUndefined();
  });

  it('gives nothing where a header that is signed is missing', () => {
    expect(readClaim(oura, { 'x-oura-signature': hex })).toBeUndefined();
    expect(
      readClaim(standardWebhooks, { 'webhook-signature': `v1,${base64}`, 'webhook-timestamp': '1' }),
    ).toBeUndefined();
  });

  it('refuses base64url, base64 without padding and with anything behind it', () => {
    const whole = { 'x-whoop-signature-timestamp': '1748241241000' };
    for (const signature of [base64.slice(0, -1), `${base64}=`, `${base64}\n`, base64.replace('=', '-')]) {
      expect(readClaim(whoop, { ...whole, 'x-whoop-signature': signature })).toBeUndefined();
    }
  });

  it('takes every v1 of a list, at most ten, and passes over other versions', () => {
    const list = `v1a,${base64} v1,${base64} v1,nonsense v1,${base64}`;
    const headers = { 'webhook-id': 'msg_1', 'webhook-timestamp': '1672560000', 'webhook-signature': list };
    expect(readClaim(standardWebhooks, headers)).toMatchObject({
      prefix: 'msg_1.1672560000.',
      signatures: { length: 2 },
    });
    const long = {
      ...headers,
      'webhook-signature': Array.from({ length: 20 }, () => `v1,${base64}`).join(' '),
    };
    expect(readClaim(standardWebhooks, long)?.signatures).toHaveLength(10);
  });

  it('refuses an id with a full stop, which could take over a part of the time', () => {
    const headers = { 'webhook-timestamp': '1672560000', 'webhook-signature': `v1,${base64}` };
    expect(readClaim(standardWebhooks, { ...headers, 'webhook-id': 'msg.1' })).toBeUndefined();
  });

  it('never throws, whatever the headers hold', () => {
    const family = fc.constantFrom<SignatureFamily[]>(oura, whoop, standardWebhooks);
    const value = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(fc.string()),
      fc.constant(undefined),
    );
    fc.assert(
      fc.property(family, value, value, value, (one, signature, timestamp, id) => {
        readClaim(one, {
          [one.signature]: signature,
          [one.timestamp]: timestamp,
          [one.id ?? 'y']: id,
        });
      }),
    );
  });
});

it.each([
  ['1672560000', 1_672_560_000_000],
  ['1748241241000', 1_748_241_241_000],
  ['167256000', undefined],
  ['-672560000', undefined],
  ['1672560000 ', undefined],
  ['1e12', undefined],
  ['', undefined],
])('timestampMs of "%s" is %s', (text, expected) => {
  expect(timestampMs(text)).toBe(expected);
});
