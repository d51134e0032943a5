import { createHmac } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it } from 'vitest';
import { vendorDefinitions } from '../vendors/vendors.ts';
import { standardWebhooks, type SignatureFamily } from './signature-families.ts';
import { secretKey } from './secret-key.ts';
import { createVerifier } from './verify-signature.ts';

const secret = 'test_client_secret';
const windowMs = 300_000;

type Case = {
  readonly sender: string;
  readonly family: SignatureFamily;
  readonly secret: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly atMs: number;
};

const body = '{"note": "spaces and \\u00fc stay as they came"}';
const seconds = '1672560000';
const atMs = 1_672_560_000_000;
const whsec = Buffer.alloc(32, 3);
const signedList = createHmac('sha256', whsec).update(`msg_2.${seconds}.${body}`).digest('base64');

/** The first two are published vectors; the third is made here, as the specification describes it. */
const cases: readonly Case[] = [
  {
    sender: 'Oura',
    family: vendorDefinitions.oura.notices.signature,
    secret,
    headers: {
      'x-oura-signature': '65295BA73E25BBA51586F11B6B0BA439B32871FC05CD98075C84A0AFE083F456',
      'x-oura-timestamp': seconds,
    },
    body: '{"event_type":"update","data_type":"sleep","object_id":"12345abc","event_time":"2023-01-01T08:00:00+00:00","user_id":"user123"}',
    atMs,
  },
  {
    sender: 'WHOOP',
    family: vendorDefinitions.whoop.notices.signature,
    secret,
    headers: {
      'x-whoop-signature': 'mm9KOQY71g4i4RmWvjkC+ggXp8B7WLh7PLd9gb4dddc=',
      'x-whoop-signature-timestamp': '1748241241000',
    },
    body: '{"user_id":456,"id":"550e8400-e29b-41d4-a716-446655440000","type":"sleep.updated","trace_id":"e369c784-5100-49e8-8098-75d35c47b31b"}',
    atMs: 1_748_241_241_000,
  },
  {
    sender: 'Standard Webhooks',
    family: standardWebhooks,
    secret: `whsec_${whsec.toString('base64')}`,
    headers: {
      'webhook-id': 'msg_2',
      'webhook-timestamp': seconds,
      'webhook-signature': `v1,${Buffer.alloc(32).toString('base64')} v1,${signedList}`,
    },
    body,
    atMs,
  },
];

const other = (of: Case) => (of.secret.startsWith('whsec_') ? `whsec_${'A'.repeat(43)}=` : 'another');
function verdict(of: Case, { secrets = [of.secret], raw = of.body, nowMs = of.atMs } = {}) {
  const verify = createVerifier({ family: of.family, secrets, windowMs, now: () => nowMs });
  return verify({ headers: of.headers, raw: Buffer.from(raw) });
}

describe.each(cases)('a signature of $sender', (one) => {
  it('is believed over the bytes as they came', () => {
    expect(verdict(one)).toMatchObject({ kind: 'valid' });
  });

  it('is believed under each of several secrets', () => {
    expect(verdict(one, { secrets: [other(one), one.secret] }).kind).toBe('valid');
    expect(verdict(one, { secrets: [other(one)] })).toEqual({ kind: 'refused', reason: 'mismatch' });
    expect(verdict(one, { secrets: [] })).toEqual({ kind: 'refused', reason: 'mismatch' });
  });

  it('is not believed over a body that was written anew', () => {
    const raw = `${one.body} `;
    expect(verdict(one, { raw })).toEqual({ kind: 'refused', reason: 'mismatch' });
  });

  it('is believed within the window only', () => {
    for (const nowMs of [one.atMs - windowMs, one.atMs + windowMs]) {
      expect(verdict(one, { nowMs }).kind).toBe('valid');
    }
    for (const nowMs of [one.atMs - windowMs - 1, one.atMs + windowMs + 1]) {
      expect(verdict(one, { nowMs })).toEqual({ kind: 'refused', reason: 'clock' });
    }
  });
});

it('believes what the Standard Webhooks library signs', () => {
  const key = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;
  const at = new Date(atMs);
  const headers = {
    'webhook-id': 'msg_3',
    'webhook-timestamp': seconds,
    'webhook-signature': new Webhook(key).sign('msg_3', at, body),
  };
  const verify = createVerifier({
    family: standardWebhooks,
    secrets: [key, `whsec_${'A'.repeat(43)}=`],
    windowMs,
    now: () => atMs,
  });
  expect(verify({ headers, raw: Buffer.from(body) }).kind).toBe('valid');
});

it.each(['', 'secret', 'whsec_', 'whsec_c2hvcnQ=', `whsec_${'A'.repeat(100)}`])(
  'refuses "%s" as a secret of Standard Webhooks without repeating it',
  (text) => {
    expect(() => secretKey('whsec', text)).toThrow(expect.objectContaining({ code: 'bad_secret' }) as Error);
    expect(() => secretKey('whsec', text)).not.toThrow(text.length > 6 ? text : 'undefined');
  },
);
