import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CodedError } from '@bridge/core';
import { deadLetterMessage } from '../src/dead-letter.ts';
import { packMessage, unpackMessage } from '../src/outbox-payload.ts';
import { PublishRefused } from '../src/publish-errors.ts';
import type { OutgoingMessage } from '../src/message.ts';
import type { PendingRows, RelayRow } from '../src/relay-rows.ts';
import { startRelay, type Relay } from '../src/relay.ts';

// Messages leave through the outbox: the rows are written with the decision, the relay publishes them afterwards. Here
// table and broker are kept in memory; `apps/cognition/test` runs the same against the real ones.

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const outgoing = (id: number): OutgoingMessage => ({
  topic: 'out',
  key: 'person-1',
  value: Buffer.from(`message ${id}`),
  headers: { ce_id: `id-${id}` },
});
const row = (id: number, subjectId: string | null = 'person-1'): RelayRow => ({
  id,
  subjectId,
  message: outgoing(id),
});

let relay: Relay | undefined;
afterEach(() => relay?.close());

function outbox(given: { rows?: { row: RelayRow; mine: boolean; old?: boolean }[] } = {}) {
  const table = new Map((given.rows ?? []).map((entry) => [entry.row.id, entry]));
  const published: number[] = [];
  const parked = new Map<number, string>();
  let fault: (() => Error) | undefined;
  let removeFault: Error | undefined;
  const wanted: PendingRows[] = [];
  const store = {
    pending: (asked: PendingRows) => {
      wanted.push(asked);
      const rows = [...table.values()]
        .filter(({ row: { id } }) => !parked.has(id))
        .filter(
          ({ row: { subjectId }, mine, old }) =>
            (asked.own && mine) ||
            (subjectId !== null && asked.subjectIds.includes(subjectId)) ||
            old === true ||
            asked.abandonedAfterMs === 0,
        )
        .filter(({ row: { id, subjectId } }) =>
          [...parked.keys()].every((other) => other > id || table.get(other)?.row.subjectId !== subjectId),
        )
        .map((entry) => entry.row)
        .sort((a, b) => a.id - b.id);
      return Promise.resolve(rows);
    },
    remove: (ids: readonly number[]) => {
      if (removeFault) return Promise.reject(removeFault);
      for (const id of ids) table.delete(id);
      return Promise.resolve();
    },
    park: (id: number, reason: string) => Promise.resolve(void parked.set(id, reason)),
  };
  const publish = async (messages: readonly OutgoingMessage[]) => {
    await sleep(1);
    if (fault) throw fault();
    const refused = new Map(
      messages.flatMap(({ value }, index) =>
        value?.includes('13') ? [[index, 'MESSAGE_TOO_LARGE'] as const] : [],
      ),
    );
    messages.forEach(({ headers }, index) => {
      if (!refused.has(index)) published.push(Number(String(headers['ce_id']).slice(3)));
    });
    if (refused.size > 0) throw new PublishRefused(refused);
  };
  const start = () => (relay = startRelay({ store, publish, sweepEveryMs: 20, log: silent }));
  const write = (...rows: RelayRow[]) => rows.forEach((one) => table.set(one.id, { row: one, mine: true }));
  const failWith = (error: (() => Error) | undefined) => {
    fault = error;
  };
  const failRemovingWith = (error: Error | undefined) => {
    removeFault = error;
  };
  return { table, published, parked, wanted, start, write, failWith, failRemovingWith };
}

describe('the relay', () => {
  it('publishes what it is offered, in order, and then forgets the rows', async () => {
    const { start, write, published, table } = outbox();
    const offering = start();
    write(row(1), row(2), row(3));
    offering.offer([row(1), row(2), row(3)]);
    await vi.waitFor(() => expect(table.size).toBe(0));
    expect(published).toEqual([1, 2, 3]);
  });

  it('goes back to the table after a failed send, so that nothing overtakes and nothing is lost', async () => {
    const { start, write, published, table, failWith } = outbox();
    const offering = start();
    failWith(() => new CodedError('publish_unavailable', 'transient', 'no broker'));
    write(row(1), row(2));
    offering.offer([row(1)]);
    offering.offer([row(2)]);
    await vi.waitFor(() => expect(offering.isBehind()).toBe(true));
    write(row(3));
    offering.offer([row(3)]);
    failWith(undefined);
    await vi.waitFor(() => expect(table.size).toBe(0));
    expect(published).toEqual([1, 2, 3]);
  });

  it('sends on when published rows cannot be removed; they go out once more and then are gone', async () => {
    const { start, write, published, table, failRemovingWith } = outbox();
    const offering = start();
    failRemovingWith(new CodedError('timeout', 'transient', 'no database'));
    write(row(1));
    offering.offer([row(1)]);
    await vi.waitFor(() => expect(published).toContain(1));
    write(row(2));
    offering.offer([row(2)]);
    await vi.waitFor(() => expect(published).toContain(2));
    failRemovingWith(undefined);
    await vi.waitFor(() => expect(table.size).toBe(0));
    expect(published.indexOf(2)).toBeGreaterThan(published.indexOf(1));
    expect(published.length).toBeLessThan(20);
  });

  it('publishes what a predecessor left before anything of its own', async () => {
    const { start, published, table } = outbox({ rows: [{ row: row(1), mine: false }] });
    start();
    await vi.waitFor(() => expect(table.size).toBe(0));
    expect(published).toEqual([1]);
  });

  it('sends all rows of a blocked person from the table, those of another process first', async () => {
    const { start, write, published, table } = outbox();
    const offering = start();
    await sleep(10);
    table.set(4, { row: row(4), mine: false });
    write(row(5));
    write(row(6, 'person-2'));
    offering.offer([row(5), row(6, 'person-2')], new Set(['person-1']));
    await vi.waitFor(() => expect(table.size).toBe(0));
    expect(published.filter((id) => id < 6)).toEqual([4, 5]);
    expect(published).toContain(6);
  });

  it('parks what the broker refuses for good and goes on with everybody else', async () => {
    const { start, write, published, parked, table } = outbox();
    const offering = start();
    write(row(12, 'person-2'), row(13, 'person-1'), row(14, 'person-2'));
    offering.offer([row(12, 'person-2'), row(13, 'person-1'), row(14, 'person-2')]);
    await vi.waitFor(() => expect(published).toEqual([12, 14]));
    expect(parked).toEqual(new Map([[13, 'MESSAGE_TOO_LARGE']]));
    expect([...table.keys()]).toEqual([13]);
  });

  it('sends what was offered before it closes', async () => {
    const { start, write, published } = outbox();
    const offering = start();
    write(row(1));
    offering.offer([row(1)]);
    await offering.close();
    expect(published).toEqual([1]);
  });
});

describe('a message on its way', () => {
  it('comes out of an outbox row byte for byte', () => {
    const message = {
      topic: 't',
      key: Buffer.from([0, 255]),
      value: Buffer.from([0, 1, 2, 255]),
      headers: { one: Buffer.from([200]), many: [Buffer.from('a'), Buffer.from('b')] },
    };
    expect(unpackMessage(packMessage(message))).toEqual(message);
    expect(unpackMessage(packMessage({ ...message, key: null, value: null }))).toMatchObject({
      key: null,
      value: null,
    });
  });

  it('to the dead letters keeps key, value and headers, and says why and whence', () => {
    const headers = { traceparent: Buffer.from('00-1'), twice: [Buffer.from('a'), Buffer.from('b')] };
    const poison = {
      topic: 'in',
      partition: 2,
      offset: 9,
      key: null,
      value: Buffer.from('{'),
      headers,
      brokerTime: 0,
    };
    expect(deadLetterMessage(poison, { reason: 'malformed', attempt: 3, at: 0 })).toEqual({
      id: 'dlq:in/2/9',
      topic: 'in.dlq',
      key: null,
      value: Buffer.from('{'),
      headers: {
        ...headers,
        'dlq-id': 'dlq:in/2/9',
        'dlq-reason': 'malformed',
        'dlq-origin': 'in/2/9',
        'dlq-attempt': '3',
        'dlq-time': '1970-01-01T00:00:00.000Z',
      },
    });
  });
});
