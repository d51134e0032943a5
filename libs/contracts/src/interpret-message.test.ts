import { describe, expect, it } from 'vitest';
import { interpretMessage } from './interpret-event.ts';
import { topics } from './topics.ts';

const brokerTime = Date.parse('2026-11-20T12:00:00Z');
const event = {
  ...{ user_id: 'ada', event_type: 'heart_rate', timestamp: '2026-11-20T11:59:00Z' },
  metrics: { hrv: 45, heart_rate: 72 },
};
const untimed = { ...event, timestamp: undefined };

function read(body: unknown) {
  return interpretMessage({ body, raw: Buffer.from(JSON.stringify(body)), brokerTime, trusted: false });
}

function accepted(body: unknown) {
  const [one, ...others] = read(body);
  if (one?.outcome.kind !== 'ok' || others.length > 0) throw new Error(JSON.stringify([one, ...others]));
  return one.outcome.value;
}

const rowSource = { ts_ms: 1_763_640_000_000 };

describe("a partner's envelope", () => {
  const decimal = {
    type: 'bytes',
    name: 'org.apache.kafka.connect.data.Decimal',
    parameters: { scale: '1' },
  };
  it.each([
    ['none', event],
    ['JSON in JSON', JSON.stringify(event)],
    ['JSON in JSON in JSON', JSON.stringify(JSON.stringify(event))],
    ['Kafka Connect', { schema: { type: 'struct', fields: [] }, payload: event }],
    [
      'Kafka Connect with decimals',
      {
        schema: { fields: [{ field: 'metrics', type: 'map', values: decimal }] },
        payload: { ...event, metrics: { hrv: 'AcI=', heart_rate: 'AtA=' } },
      },
    ],
    ['Debezium: created', { before: null, after: event, source: rowSource, op: 'c', ts_ms: 1 }],
    ['Debezium in Kafka Connect', { schema: {}, payload: { after: event, op: 'r' } }],
    ['Debezium for MongoDB', { after: JSON.stringify(event), op: 'c' }],
    ['CloudEvents', { specversion: '1.0', id: 'x', source: '/acme', type: 'pulse', data: event }],
    [
      'CloudEvents with a text',
      { specversion: '1.0', id: 'x', source: '/acme', data: JSON.stringify(event) },
    ],
    [
      'CloudEvents in base64',
      { specversion: '1.0', id: 'x', data_base64: Buffer.from(JSON.stringify(event)).toString('base64') },
    ],
    ["CloudEvents' time", { specversion: '1.0', id: 'x', time: event.timestamp, data: untimed }],
    ['a list of one', [event]],
  ])('%s: the same event', (_what, body) => {
    const { event_id, provenance } = accepted(event);
    expect(accepted(body)).toMatchObject({ event_id, provenance: { content_hash: provenance.content_hash } });
  });

  it('Debezium: an update is a correction, and a delete one above it', () => {
    const row = { ...event, event_id: 'row-1' };
    const change = (op: string, ts_ms: number) => ({
      before: row,
      after: op === 'd' ? null : row,
      source: { ts_ms },
      op,
    });
    expect(accepted(change('u', 5)).version).toBe(5);
    expect(accepted(change('d', 6))).toMatchObject({ operation: 'delete', version: 6, readings: [] });
    expect(accepted({ ...row, __deleted: 'true', __source_ts_ms: 6 }).event_id).toBe(
      accepted(change('d', 6)).event_id,
    );
    const flat = (marks: object) => accepted({ ...row, ...marks });
    expect(flat({ __op: 'd', __source_ts_ms: 6 }).event_id).toBe(accepted(change('d', 6)).event_id);
    expect(flat({ __op: 'u', __deleted: 'false', __source_ts_ms: 5 }).version).toBe(5);
    expect(flat({ __op: 'u', version: 3, __source_ts_ms: 5 }).version).toBe(3);
    expect(flat({ __op: 'c', __source_ts_ms: 5 }).event_id).toBe(accepted(row).event_id);
  });

  it('CloudEvents: the id stands in where neither an id nor a time is given', () => {
    const body = { specversion: '1.0', id: 'x1', source: '/acme', data: untimed };
    expect(accepted(body).provenance.object_id).toBe('x1');
  });

  it.each([
    ['null', null],
    ['null, encoded twice', 'null'],
    ['an empty list', []],
    ["Kafka Connect's tombstone", { schema: null, payload: null }],
    ['Debezium without a row', { before: null, after: null, op: 'd' }],
  ])('%s holds nothing, as an empty value does', (_what, body) => {
    expect(read(body)).toEqual([{ outcome: { kind: 'drop', reason: 'tombstone' } }]);
  });

  it.each([
    ['a text', 'hello'],
    [
      'an envelope around an envelope, without end',
      { schema: {}, payload: { schema: {}, payload: { schema: {} } } },
    ],
    ['a list in a list', [[event]]],
    [
      "Kafka Connect's decimal of 10 kB",
      {
        schema: { fields: [{ field: 'metrics', type: 'map', values: decimal }] },
        payload: { ...event, metrics: { hrv: Buffer.alloc(10_000, 1).toString('base64') } },
      },
    ],
  ])('%s is refused', (_what, body) => {
    expect(read(body)).toMatchObject([{ outcome: { kind: 'deadLetter', reason: 'invalid_event' } }]);
  });
});

describe('a message with several events', () => {
  const others = [60, 61, 62].map((heart_rate) => ({ ...event, metrics: { heart_rate } }));

  it('gives each its own id, which is that of the event alone', () => {
    const ids = read(others).map(({ outcome }) => outcome.kind === 'ok' && outcome.value.event_id);
    expect(ids).toEqual(others.map((one) => accepted(one).event_id));
    expect(new Set(ids).size).toBe(3);
  });

  it('refuses one and keeps the others; the refused one names its place, its partner and its field', () => {
    const bad = { ...event, source: 'acme', metrics: { hrv: 'x' } };
    const [first, second, third] = read([others[0], bad, others[2]]);
    expect([first?.outcome.kind, third?.outcome.kind]).toEqual(['ok', 'ok']);
    expect(second).toMatchObject({
      outcome: { kind: 'deadLetter', reason: 'invalid_event', problems: [{ path: 'metrics.hrv' }] },
      partner: 'acme',
      element: { index: 1, body: bad },
    });
  });

  it('is refused as a whole when it holds more than one transaction may decide', () => {
    expect(read(Array.from({ length: 1001 }, () => event))).toMatchObject([
      { outcome: { reason: 'too_large' } },
    ]);
  });

  it('is refused as a whole when its bytes are too many', () => {
    const raw = Buffer.alloc(topics.events.maxMessageBytes + 1);
    expect(interpretMessage({ body: others, raw, brokerTime, trusted: false })).toMatchObject([
      { outcome: { reason: 'too_large' } },
    ]);
  });
});
