import type { Principal, Scope } from '@bridge/auth';
import type { BiometricEvent } from '@bridge/contracts';
import { describe, expect, it } from 'vitest';
import { createAcceptOnce, type KnownContents } from './accept-once.ts';
import { createReceiveFlatBody } from './receive-flat-body.ts';

const anyone: Principal = {
  keyId: 'k',
  accessor: 'key:k',
  scopes: new Set(['ingest']),
  users: undefined,
};
const guide = {
  user_id: 'test_user',
  event_id: 'evt_123',
  hrv_rmssd: 25,
  readiness_score: 65,
  sleep_score: 80,
};

/** As Redis keeps them; `down`: it cannot be asked. */
function knownContents({ down = false } = {}): KnownContents {
  const notes = new Map<string, string>();
  const noteOf = ({ provenance }: BiometricEvent) => provenance.content_hash;
  return {
    noteOf,
    find: () => Promise.resolve(down ? new Map() : notes),
    remember: (events) => events.forEach((event) => notes.set(event.event_id, noteOf(event))),
  };
}

function deliver(
  raw: string | Uint8Array,
  principal: Principal = anyone,
  { contents = knownContents(), source = 'oura', asLines = false } = {},
) {
  const accepted: BiometricEvent[] = [];
  const bodies: Buffer[] = [];
  const receive = createReceiveFlatBody({
    acceptOnce: createAcceptOnce({
      accept: (event, body) => {
        if (event.device_id === 'down') return Promise.reject(new Error('down'));
        accepted.push(event);
        bodies.push(body);
        return Promise.resolve();
      },
      contents,
    }),
    now: () => Date.parse('2026-11-20T12:00:00Z'),
    retentionDays: 100,
  });
  return receive({ source, raw: Buffer.from(raw), principal, asLines }).then((receipt) => ({
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

describe('what a person states', () => {
  const about = { user_id: 'ada', event_id: 'e1' };
  const profile = { ...about, event_type: 'profile', profile: { language: 'de' } };
  const answer = { ...about, event_type: 'answer', answer: { alert_id: 'a'.repeat(32), answer: 'fine' } };

  it.each([
    ['a profile', profile, ['ingest', 'alerts'], 'profile'],
    ['an answer', answer, ['ingest', 'profile'], 'alerts'],
  ] as const)('%s is refused to a key without its scope', async (_what, body, scopes, missing) => {
    const key = { ...anyone, scopes: new Set<Scope>(scopes) };
    const { receipt, accepted } = await deliver(JSON.stringify(body), key, { source: 'manual' });
    expect([receipt, accepted]).toEqual([{ kind: 'forbidden', missing }, []]);
  });

  it.each([
    ['a profile', profile, ['ingest', 'profile']],
    ['an answer', answer, ['ingest', 'alerts']],
    ['a profile, with every scope,', profile, ['admin']],
  ] as const)('%s is accepted under a key with its scope', async (_what, body, scopes) => {
    const key = { ...anyone, scopes: new Set<Scope>(scopes) };
    const { receipt } = await deliver(JSON.stringify(body), key, { source: 'manual' });
    expect(receipt.kind).toBe('accepted');
  });

  it('of somebody else is refused for that alone', async () => {
    const bob = { ...anyone, users: new Set(['bob']) };
    const { receipt } = await deliver(JSON.stringify(profile), bob, { source: 'manual' });
    expect(receipt).toEqual({ kind: 'forbidden' });
  });

  it('does not keep the readings of its batch from being stored', async () => {
    const batch = JSON.stringify([profile, guide]);
    const { receipt, accepted } = await deliver(batch, anyone, { source: 'manual' });
    expect(receipt).toMatchObject({ receipts: [{ missing: 'profile' }, { kind: 'accepted' }] });
    expect(accepted).toHaveLength(1);
  });
});

describe('the same id', () => {
  const corrected = JSON.stringify({ ...guide, hrv_rmssd: 26 });

  it('with the same content is known already, with other content a conflict; a version corrects', async () => {
    const contents = knownContents();
    const send = (raw: string) => deliver(raw, anyone, { contents });
    const first = await send(JSON.stringify(guide));
    const eventId = first.accepted[0]?.event_id;
    const again = JSON.stringify(Object.fromEntries(Object.entries(guide).reverse()));
    expect(await send(again)).toMatchObject({ receipt: { kind: 'already_known', eventId }, accepted: [] });
    expect(await send(corrected)).toMatchObject({ receipt: { kind: 'conflict', eventId }, accepted: [] });
    const version = JSON.stringify({ ...guide, hrv_rmssd: 26, version: 1 });
    expect((await send(version)).receipt.kind).toBe('accepted');
    expect((await send(JSON.stringify({ ...guide, user_id: 'other' }))).receipt.kind).toBe('accepted');
  });

  it('is accepted again while nothing is known, and after an attempt that failed', async () => {
    const contents = knownContents({ down: true });
    for (const raw of [JSON.stringify(guide), corrected]) {
      expect((await deliver(raw, anyone, { contents })).receipt.kind).toBe('accepted');
    }
    const known = knownContents();
    const failing = JSON.stringify({ ...guide, device_id: 'down' });
    for (let attempt = 0; attempt < 2; attempt += 1) {
      await expect(deliver(failing, anyone, { contents: known })).rejects.toThrow('down');
    }
  });

  it('of readings by hand is known too, and their version corrects them', async () => {
    const contents = knownContents();
    const options = { contents, source: 'manual' };
    const weight = (value: number, more = {}) =>
      JSON.stringify({
        ...{ user_id: 'ada', event_id: 'w', ...more },
        readings: [{ metric: 'weight', value, unit: 'kg' }],
      });
    const kind = async (raw: string) => (await deliver(raw, anyone, options)).receipt.kind;
    expect(await kind(weight(70))).toBe('accepted');
    expect(await kind(weight(70))).toBe('already_known');
    expect(await kind(weight(71))).toBe('conflict');
    expect(await kind(weight(71, { version: 1 }))).toBe('accepted');
  });
});

describe('a delete', () => {
  const deletion = { user_id: 'ada', event_id: 'w', version: 1, operation: 'delete' };

  it.each([
    ['none', {}],
    ['those of a flat body', { weight: 9_999 }],
    ['a list of them, of which the answer shows none', { readings: [{ metric: 'weight', value: 'x' }] }],
    ['an empty list', { readings: [] }],
  ])('with readings is a delete: %s', async (_case, more) => {
    const raw = JSON.stringify({ ...deletion, ...more });
    const { receipt, accepted } = await deliver(raw, anyone, { source: 'manual' });
    expect(accepted).toMatchObject([{ operation: 'delete', version: 1, readings: [] }]);
    expect(receipt).toEqual({
      kind: 'accepted',
      eventId: accepted[0]?.event_id,
      ...('readings' in more && { readings: [] }),
    });
  });

  it('of another person is refused, and so is one without a version', async () => {
    const bob = { ...anyone, users: new Set(['bob']) };
    const readings = [{ metric: 'weight', value: 70 }];
    const raw = JSON.stringify({ ...deletion, readings });
    expect((await deliver(raw, bob, { source: 'manual' })).receipt.kind).toBe('forbidden');
    const unversioned = JSON.stringify({ ...deletion, version: null, readings });
    expect((await deliver(unversioned, anyone, { source: 'manual' })).receipt).toMatchObject({
      kind: 'invalid',
      problems: [{ path: 'version' }],
    });
  });
});

describe('a batch', () => {
  const second = { ...guide, event_id: 'evt_124' };
  const pieces = [` ${JSON.stringify(guide)}`, `${JSON.stringify({ ...second, device_id: 'a],[{"\\' })}\n`];

  it.each([
    ['a list', `\n[ ${pieces.join(' , ')} ]\n`],
    ['lines', `${pieces.join('\r\n')}\n\n`],
  ])('as %s becomes one event each, in order, and keeps the bytes of each', async (_as, raw) => {
    const { receipt, accepted, bodies } = await deliver(raw);
    expect(receipt).toEqual({
      kind: 'batch',
      receipts: accepted.map(({ event_id }) => ({ kind: 'accepted', eventId: event_id })),
    });
    expect(accepted.map(({ provenance }) => provenance.object_id)).toEqual(['evt_123', 'evt_124']);
    expect(bodies.map((body) => body.toString().trim())).toEqual(pieces.map((piece) => piece.trim()));
  });

  it('has one outcome for each body, whatever the others are', async () => {
    const bodies = [
      guide,
      { ...guide, hrv_rmssd: 26 },
      guide,
      { ...second, hrv_rmssd: 'x' },
      { ...second, user_id: 'bob' },
      { ...second, device_id: 'down' },
      [second],
      7,
    ];
    const raw = JSON.stringify(bodies);
    const { receipt, accepted } = await deliver(raw, { ...anyone, users: new Set(['test_user']) });
    expect(accepted).toHaveLength(1);
    expect(receipt.kind === 'batch' && receipt.receipts.map(({ kind }) => kind)).toEqual([
      'accepted',
      'conflict',
      'already_known',
      'invalid',
      'forbidden',
      'failed',
      'invalid',
      'invalid',
    ]);
  });

  it('of lines names the line that is no JSON', async () => {
    const { receipt, accepted } = await deliver(`${JSON.stringify(guide)}\n{"user_id":\n`);
    expect(receipt).toMatchObject({ kind: 'batch', receipts: [{ kind: 'accepted' }, { kind: 'malformed' }] });
    expect(accepted).toHaveLength(1);
  });

  it('may be one body, and none', async () => {
    const one = JSON.stringify(guide);
    expect((await deliver(`[${one}]`)).receipt).toMatchObject({ kind: 'batch', receipts: { length: 1 } });
    const asLines = await deliver(one, anyone, { asLines: true });
    expect(asLines.receipt).toMatchObject({ kind: 'batch', receipts: { length: 1 } });
    expect((await deliver('[]')).receipt).toEqual({ kind: 'batch', receipts: [] });
  });

  it('takes readings by hand beside flat bodies', async () => {
    const manual = {
      user_id: 'ada',
      event_id: 'w',
      readings: [{ metric: 'weight', value: 150, unit: 'lb' }],
    };
    const { receipt } = await deliver(JSON.stringify([guide, manual]), anyone, { source: 'manual' });
    const understood = { kind: 'accepted', readings: [{ understood_as: 'lb → kg' }] };
    expect(receipt).toMatchObject({ kind: 'batch', receipts: [{ kind: 'accepted' }, understood] });
  });

  it.each([
    ['a list', (bodies: readonly string[]) => `[${bodies.join(',')}]`],
    ['lines', (bodies: readonly string[]) => bodies.join('\n')],
  ])('as %s of more than a thousand is refused as a whole', async (_as, write) => {
    const bodies = Array.from({ length: 1_001 }, () => '{}');
    expect(await deliver(write(bodies))).toMatchObject({ receipt: { kind: 'too_many' }, accepted: [] });
    expect((await deliver(write(bodies.slice(1)))).receipt.kind).toBe('batch');
  });

  it('fails as a whole when nothing durable can be reached', async () => {
    const down = { ...guide, device_id: 'down' };
    await expect(deliver(JSON.stringify([down, {}]))).rejects.toThrow('down');
  });
});
