import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { CodedError } from '@bridge/core';
import type { Attempt, BatchHandler, Move } from '../src/batch-handler.ts';
import { createBatchLoop } from '../src/batch-loop.ts';
import { createInbox } from '../src/inbox.ts';
import type { IncomingMessage } from '../src/message.ts';

// A service is a handler: `prepare` reads and decides, `commit` writes everything in one transaction. This one keeps its
// database in memory and fails on demand.

const silent = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const message = (offset: number, partition = 0): IncomingMessage => ({
  topic: 'readings',
  partition,
  offset,
  key: null,
  value: Buffer.from(String(offset)),
  headers: {},
  brokerTime: 1_000 + offset,
});
const transient = () => new CodedError('timeout', 'transient', 'the server is away');
const conflict = () => new CodedError('BB002', 'conflict', 'another worker was first');
const fenced = () => new CodedError('BB001', 'fenced', 'the position is elsewhere');

type Faults = {
  prepare?: (attempt: Attempt) => void;
  commit?: (attempt: Attempt) => void;
};

function service(faults: Faults = {}, maxMessages = 4) {
  const events: string[] = [];
  const written: number[] = [];
  const deadLetters: number[] = [];
  const moves: Move[] = [];
  const positions = new Map([
    [0, 0],
    [1, 0],
  ]);
  const handler: BatchHandler<Attempt> = {
    prepare: async (attempt) => {
      events.push(`prepare ${attempt.messages[0]?.offset}${attempt.locked ? ' locked' : ''}`);
      await Promise.resolve();
      faults.prepare?.(attempt);
      return attempt;
    },
    commit: async (attempt, made) => {
      await sleep(1);
      faults.commit?.(attempt);
      events.push(`commit ${attempt.messages[0]?.offset}`);
      const into = attempt.poisoned ? deadLetters : written;
      into.push(...attempt.messages.map(({ offset }) => offset));
      moves.push(...made);
    },
    settled: () => undefined,
    abandon: (attempt) => void events.push(`abandon ${attempt.messages[0]?.offset}`),
    forget: () => void events.push('forget'),
  };
  const inbox = createInbox({ maxMessages: 1_000, maxBytes: 1e6 });
  const loop = createBatchLoop({
    handler,
    inbox,
    limits: { maxMessages, maxBytes: 1e6 },
    committed: {
      get: ({ partition }) => positions.get(partition) ?? -1,
      set: ({ partition, to }) => void positions.set(partition, to),
    },
    backOff: () => Promise.resolve(void events.push('back off')),
    observe: () => undefined,
    onFailure: () => undefined,
    log: silent,
  });
  const settle = async () => {
    for (;;) {
      const result = await loop.step();
      if (result !== 'busy') return result;
    }
  };
  return { inbox, loop, settle, events, written, deadLetters, moves, positions };
}

/** Fails so many times, then no more. */
function times(count: number, error: () => Error) {
  let left = count;
  return () => {
    if (left-- > 0) throw error();
  };
}

describe('a batch that works', () => {
  it('is written once, and its partitions move from where they stood to behind its last messages', async () => {
    const { inbox, settle, written, moves } = service();
    inbox.push([message(0), message(1), message(5, 1)]);
    expect(await settle()).toBe('idle');
    expect(written).toEqual([0, 1, 5]);
    expect(moves).toMatchObject([
      { topic: 'readings', partition: 0, from: 0, to: 2, lastOffset: 1, lastTime: 1_001 },
      { topic: 'readings', partition: 1, from: 0, to: 6, lastOffset: 5 },
    ]);
  });

  it('is prepared while the batch before it commits, and commits after it', async () => {
    const { inbox, settle, events } = service({}, 2);
    inbox.push([0, 1, 2, 3].map((offset) => message(offset)));
    await settle();
    expect(events).toEqual(['prepare 0', 'prepare 2', 'commit 0', 'commit 2']);
  });
});

describe('a batch that throws', () => {
  it('something transient: is tried again for as long as it takes', async () => {
    const { inbox, settle, events, written } = service({ prepare: times(3, transient) });
    inbox.push([message(0), message(1)]);
    await settle();
    expect(events.filter((event) => event === 'back off')).toHaveLength(3);
    expect(written).toEqual([0, 1]);
  });

  it('a statement that is cancelled as its time ran out: the third time in halves, until they are small enough', async () => {
    const cancelled = Object.assign(new Error('canceling statement due to statement timeout'), {
      code: '57014',
    });
    const { inbox, settle, written, deadLetters } = service({
      prepare: ({ messages }) => {
        if (messages.length > 1) throw cancelled;
      },
    });
    inbox.push([0, 1, 2, 3].map((offset) => message(offset)));
    await settle();
    expect(written).toEqual([0, 1, 2, 3]);
    expect(deadLetters).toEqual([]);
  });

  it('a conflict: is read again under locks, with nothing taken from the cache', async () => {
    const { inbox, settle, events, written } = service({ commit: times(1, conflict) });
    inbox.push([message(0)]);
    await settle();
    expect(events).toEqual(['prepare 0', 'abandon 0', 'forget', 'prepare 0 locked', 'commit 0']);
    expect(written).toEqual([0]);
  });

  it('a conflict: the batches after it are read under locks as well, and hold three times as many', async () => {
    const { inbox, settle, events, moves } = service({ commit: times(1, conflict) }, 2);
    inbox.push(Array.from({ length: 9 }, (_, offset) => message(offset)));
    await settle();
    expect(events.filter((event) => event.endsWith('locked'))).toEqual([
      'prepare 0 locked',
      'prepare 2 locked',
      'prepare 8 locked',
    ]);
    expect(moves.map(({ from, to }) => [from, to])).toEqual([
      [0, 2],
      [2, 8],
      [8, 9],
    ]);
  });

  it('fenced: writes nothing and asks for the positions to be read again', async () => {
    const { inbox, settle, written } = service({ commit: times(1, fenced) });
    inbox.push([message(0)]);
    expect(await settle()).toBe('rewind');
    expect(written).toEqual([]);
  });

  it('a bug at one message: that one is dead-lettered, the others are decided, in order', async () => {
    const guilty = 5;
    const blowUp = ({ messages, poisoned }: Attempt) => {
      if (!poisoned && messages.some(({ offset }) => offset === guilty))
        throw new TypeError('not a function');
    };
    const { inbox, settle, written, deadLetters, moves } = service({ prepare: blowUp }, 8);
    inbox.push(Array.from({ length: 8 }, (_, offset) => message(offset)));
    await settle();
    expect(deadLetters).toEqual([guilty]);
    expect(written).toEqual([0, 1, 2, 3, 4, 6, 7]);
    expect(moves.map(({ from, to }) => [from, to])).toEqual([
      [0, 4],
      [4, 5],
      [5, 6],
      [6, 8],
    ]);
  });

  it('a bug that has nothing to do with any message: everything stops, nothing is dead-lettered', async () => {
    const always = () => {
      throw new TypeError('not a function');
    };
    const { inbox, settle, deadLetters, written } = service({ commit: always });
    inbox.push([message(0)]);
    await expect(settle()).rejects.toThrow('not a function');
    expect([...deadLetters, ...written]).toEqual([]);
  });
});

describe('a batch whose predecessor fails', () => {
  it('is thrown away and prepared anew, since it counted the other one as done', async () => {
    const { inbox, settle, events, written } = service({ commit: times(1, conflict) }, 2);
    inbox.push([0, 1, 2, 3].map((offset) => message(offset)));
    await settle();
    expect(events).toEqual([
      'prepare 0',
      'prepare 2',
      'abandon 0',
      'abandon 2',
      'forget',
      'prepare 0 locked',
      'commit 0',
      'prepare 2 locked',
      'commit 2',
    ]);
    expect(written).toEqual([0, 1, 2, 3]);
  });
});

describe('a retry that is interrupted', () => {
  it('gives up, so that the new owner of the partition can go on', async () => {
    const { inbox, loop, settle, written } = service({
      prepare: () => {
        loop.interrupt();
        throw transient();
      },
    });
    inbox.push([message(0)]);
    expect(await settle()).toBe('rewind');
    expect(written).toEqual([]);
  });
});
