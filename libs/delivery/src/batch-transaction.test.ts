import type { IncomingMessage, RelayRow } from '@bridge/kafka';
import type { Query, Statement, Tx } from '@bridge/postgres';
import { expect, it } from 'vitest';
import type { Announcement } from './announcement.ts';
import { createBatchTransactions } from './batch-transaction.ts';
import { createBatchWriter } from './batch-writer.ts';

const named = (name: string): Statement => ({ name, text: name, values: [] });

const message = (partition: number, offset: number): IncomingMessage => ({
  topic: 'readings',
  partition,
  offset,
  key: null,
  value: null,
  headers: {},
  brokerTime: 0,
});

const announcement = (ceId: string, subjectId: string | null): Announcement => ({
  message: { topic: 'changes', key: null, value: null, headers: {} },
  entry: { subjectId, ceId, topic: 'changes', sealed: Buffer.alloc(0) },
});

const move = {
  topic: 'readings',
  partition: 0,
  from: 0,
  to: 1,
  lastOffset: 0,
  lastTime: 0,
  lastHash: Buffer.alloc(0),
};

/** A database in memory that notes what reaches it, in order. */
function service() {
  const steps: string[] = [];
  const offered: { rows: readonly RelayRow[]; blocked: ReadonlySet<string> | undefined }[] = [];
  const query: Query = (text) => {
    steps.push(text.includes('idle_in_transaction') ? 'begin' : text);
    return Promise.resolve([]);
  };
  const tx: Tx = {
    query,
    pipelineAndCommit(statements) {
      steps.push(...statements.map(({ name }) => name), 'commit');
      return Promise.resolve(
        statements.map(({ name }) =>
          name === 'blocked' ? [{ subjectId: 'b' }] : name === 'add' ? [{ id: 7 }, { id: 8 }] : [],
        ),
      );
    },
  };
  const writer = createBatchWriter({
    positions: { moveStatement: () => named('move') },
    outbox: { addStatement: () => named('add'), blockedStatement: () => named('blocked') },
  });
  const begin = createBatchTransactions({
    postgres: { query, transaction: (run) => run(tx) },
    positions: {
      lock: (_query, topics, partitions) =>
        Promise.resolve(void steps.push(`lock ${topics.join()} ${partitions.join()}`)),
    },
    eventKeys: {
      claim: (_query, keys) => Promise.resolve(new Set(keys.map(({ key }) => key.toString()))),
    },
    writer,
    relay: { offer: (rows, blocked) => void offered.push({ rows, blocked }) },
  });
  return { begin, steps, offered };
}

it('locks each position once and before the keys, and writes positions first and the outbox last', async () => {
  const { begin, steps, offered } = service();
  const batch = begin([message(0, 0), message(1, 4), message(0, 1)], true);
  expect(await batch.claim([{ key: 'aa', contentHash: 'bb' }])).toEqual(new Set(['aa']));
  batch.stage(Promise.resolve([named('episodes')]), [announcement('x', 'a'), announcement('y', null)]);
  await batch.commit([move]);
  expect(steps).toEqual([
    'begin',
    'lock readings,readings 0,1',
    'move',
    'episodes',
    'blocked',
    'add',
    'commit',
  ]);
  batch.handOver();
  expect(offered).toMatchObject([
    {
      rows: [
        { id: 7, subjectId: 'a' },
        { id: 8, subjectId: null },
      ],
    },
  ]);
  expect(offered[0]?.blocked).toEqual(new Set(['b']));
});

it('writes no outbox statements without announcements, and no position without moves', async () => {
  const { begin, steps } = service();
  const batch = begin([message(0, 0)], false);
  batch.stage(Promise.resolve([named('states')]), []);
  await batch.commit([]);
  expect(steps).toEqual(['states', 'commit']);
});

it('hands nothing over before the commit, and refuses a commit without anything staged', async () => {
  const { begin, offered } = service();
  const batch = begin([message(0, 0)], false);
  batch.handOver();
  expect(offered).toEqual([]);
  await expect(batch.commit([move])).rejects.toMatchObject({ code: 'not_staged' });
});

it('claims no keys without locks', async () => {
  const { begin } = service();
  await expect(begin([message(0, 0)], false).claim([])).rejects.toMatchObject({ code: 'not_locked' });
});

it('fails the commit when the statements could not be made', async () => {
  const { begin } = service();
  const batch = begin([message(0, 0)], true);
  batch.stage(Promise.reject(new Error('sealing stopped')), []);
  await expect(batch.commit([move])).rejects.toThrow('sealing stopped');
  await batch.abandon();
});
