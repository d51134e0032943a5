import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createVerifier } from '../signatures/verify-signature.ts';
import { vendorDefinitions, type VendorName } from '../vendors/vendors.ts';
import { createReceiveNotice, type NoticeDelivery } from './receive-notice.ts';

const secret = 'test_client_secret';
const nowMs = Date.parse('2026-11-20T12:00:00Z');

function receive(
  raw: string | Buffer,
  { vendor = 'oura', key = secret }: { vendor?: VendorName; key?: string } = {},
) {
  const accepted: NoticeDelivery[] = [];
  const now = () => nowMs;
  const { signature } = vendorDefinitions.oura.notices;
  const receiveNotice = createReceiveNotice({
    verify: new Map([
      ['oura', createVerifier({ family: signature, secrets: [secret], windowMs: 300_000, now })],
    ]),
    accept: (notice) => Promise.resolve(void accepted.push(notice)),
    now,
  });
  const bytes = Buffer.from(raw);
  const time = String(nowMs / 1_000);
  const signed = createHmac('sha256', key).update(time).update(bytes).digest('hex');
  const headers = { 'x-oura-signature': signed, 'x-oura-timestamp': time };
  return receiveNotice({ vendor: vendorDefinitions[vendor], headers, raw: bytes }).then((receipt) => ({
    receipt,
    accepted,
  }));
}

const body = { event_type: 'create', data_type: 'sleep', object_id: 'o1', user_id: 'u1', event_time: 'now' };

describe('receiveNotice', () => {
  it('stores a believed notice with its body as it came', async () => {
    const sent = JSON.stringify(body, null, 2);
    const { receipt, accepted } = await receive(sent);
    expect(receipt).toEqual({ kind: 'stored' });
    expect(accepted).toMatchObject([
      { notice: { vendorUserId: 'u1', objectId: 'o1' }, sent, receivedMs: nowMs },
    ]);
  });

  it.each([
    ['another key', JSON.stringify(body), { key: 'another' }, { kind: 'unverified', reason: 'mismatch' }],
    ['a vendor without client id', JSON.stringify(body), { vendor: 'whoop' }, { kind: 'not_configured' }],
    ['half a body', '{"user_id":', {}, { kind: 'malformed' }],
    ['NaN', '{"user_id":NaN}', {}, { kind: 'malformed' }],
    ['invalid UTF-8', Buffer.of(0x22, 0xff, 0x22), {}, { kind: 'malformed' }],
    ['a list', JSON.stringify([body]), {}, { kind: 'invalid' }],
    ['a user_id that is an object', JSON.stringify({ ...body, user_id: {} }), {}, { kind: 'invalid' }],
  ] as const)('leaves nothing behind of %s', async (_case, raw, options, expected) => {
    const { receipt, accepted } = await receive(raw, options);
    expect(receipt).toMatchObject(expected);
    expect(accepted).toEqual([]);
  });
});
