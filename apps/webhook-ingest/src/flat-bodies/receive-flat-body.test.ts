import type { Principal } from '@bridge/auth';
import type { BiometricEvent } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { createReceiveFlatBody } from './receive-flat-body.ts';

const anyone: Principal = { keyId: 'k', scopes: new Set(['ingest']), users: undefined };
const guide = {
  user_id: 'test_user',
  event_id: 'evt_123',
  hrv_rmssd: 25,
  readiness_score: 65,
  sleep_score: 80,
};

function deliver(raw: string | Uint8Array, principal: Principal = anyone) {
  const accepted: BiometricEvent[] = [];
  const bodies: Buffer[] = [];
  const receive = createReceiveFlatBody({
    accept: (event, body) => {
      accepted.push(event);
      bodies.push(body);
      return Promise.resolve();
    },
    now: () => Date.parse('2026-11-20T12:00:00Z'),
    retentionDays: 100,
  });
  return receive({ source: 'oura', raw: Buffer.from(raw), principal }).then((receipt) => ({
    receipt,
    accepted,
    bodies,
  }));
}

describe('receiveFlatBody', () => {
  it("accepts the guide's body and answers with the event's id", async () => {
    const raw = ` ${JSON.stringify(guide, undefined, 2)}\n`;
    const { receipt, accepted, bodies } = await deliver(raw);
    expect(accepted).toMatchObject([{ user_id: 'test_user', source: 'oura', readings: { length: 3 } }]);
    expect(receipt).toEqual({ kind: 'accepted', eventId: accepted[0]?.event_id });
    expect(bodies.map(String)).toEqual([raw]);
  });

  it('takes a byte order mark', async () => {
    expect((await deliver(`\ufeff${JSON.stringify(guide)}`)).receipt.kind).toBe('accepted');
  });

  it.each([
    ['nothing', ''],
    ['half a body', '{"user_id":"a"'],
    ['NaN', '{"user_id":"a","event_id":"b","hrv_rmssd":NaN}'],
    ['invalid UTF-8', Buffer.concat([Buffer.from('{"user_id":"'), Buffer.of(0xff), Buffer.from('"}')])],
    ['a form', 'user_id=a&hrv_rmssd=25'],
  ])('refuses %s as malformed', async (_case, raw) => {
    expect(await deliver(raw)).toEqual({ receipt: { kind: 'malformed' }, accepted: [], bodies: [] });
  });

  it('refuses a number too large for a double as invalid', async () => {
    const { receipt, accepted } = await deliver('{"user_id":"a","event_id":"b","hrv_rmssd":1e999}');
    expect(receipt).toMatchObject({ kind: 'invalid', problems: [{ path: 'hrv_rmssd' }] });
    expect(accepted).toEqual([]);
  });

  it('refuses what is older than the configured retention, and says so', async () => {
    const old = { user_id: 'a', hrv_rmssd: 40, timestamp: '2026-08-01T00:00:00Z' };
    expect(await deliver(JSON.stringify(old))).toMatchObject({
      receipt: {
        reason: 'out_of_range',
        problems: [{ path: 'timestamp', message: 'must not lie more than 100 days back' }],
      },
      accepted: [],
    });
  });

  it('refuses a person whom the key may not send for', async () => {
    const { receipt, accepted } = await deliver(JSON.stringify(guide), {
      ...anyone,
      users: new Set(['bob']),
    });
    expect([receipt.kind, accepted]).toEqual(['forbidden', []]);
  });
});
