import { createHmac, randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMessageSigner, type SignedParts } from './sign-message.ts';

const current = { id: 'k2', key: randomBytes(32) };
const former = { id: 'k1', key: randomBytes(32) };
const parts: SignedParts = { topic: 'biometric.events', key: 'user-1', value: Buffer.from('{"a":1}') };

test('accepts what it signed, with the key as text or bytes and the header as text or bytes', () => {
  const signer = createMessageSigner([current]);
  const header = signer.sign(parts);
  expect(header).toMatch(/^k2:[\w-]{43}$/);
  expect(signer.verify(parts, header)).toBe(true);
  expect(signer.verify({ ...parts, key: Buffer.from('user-1') }, Buffer.from(header))).toBe(true);
});

test('follows its format: HMAC-SHA256 over topic, key and value, each behind its length', () => {
  const lengthed = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const signed = Buffer.concat([
    lengthed(Buffer.from('biometric.events')),
    lengthed(Buffer.from('user-1')),
    lengthed(parts.value),
  ]);
  const expected = createHmac('sha256', current.key).update(signed).digest('base64url');
  expect(createMessageSigner([current]).sign(parts)).toBe(`k2:${expected}`);
});

test('accepts a former key after a rotation and signs with the current one', () => {
  const before = createMessageSigner([former]).sign(parts);
  const after = createMessageSigner([current, former]);
  expect(after.verify(parts, before)).toBe(true);
  expect(after.sign(parts)).toMatch(/^k2:/);
  expect(createMessageSigner([current]).verify(parts, before)).toBe(false);
});

test.each<[string, Partial<SignedParts>]>([
  ['another topic', { topic: 'biometric.alerts' }],
  ['another key', { key: 'user-2' }],
  ['no key', { key: null }],
  ['another value', { value: Buffer.from('{"a":2}') }],
  ['a byte moved from topic to key', { topic: 'biometric.event', key: 'suser-1' }],
  ['a byte moved from value to key', { key: 'user-1{', value: Buffer.from('"a":1}') }],
])('refuses a signature under %s', (_what, change) => {
  const signer = createMessageSigner([current]);
  expect(signer.verify({ ...parts, ...change }, signer.sign(parts))).toBe(false);
});

test('tells a missing key from an empty one', () => {
  const signer = createMessageSigner([current]);
  expect(signer.sign({ ...parts, key: null })).not.toBe(signer.sign({ ...parts, key: '' }));
});

test.each([
  '',
  'k2',
  'k2:',
  ':abc',
  `k9:${'a'.repeat(43)}`,
  `k2:${'a'.repeat(42)}`,
  `k2:${'a'.repeat(44)}`,
  undefined,
])('refuses the header %j', (header) => {
  expect(createMessageSigner([current]).verify(parts, header)).toBe(false);
});

test('refuses to start without a key', () => {
  expect(() => createMessageSigner([])).toThrow('no signing key');
});
