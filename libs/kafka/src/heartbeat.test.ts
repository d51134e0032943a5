import type { HeartbeatSignal } from '@bridge/contracts';
import { CodedError, type Log } from '@bridge/core';
import { expect, test } from 'vitest';
import { startHeartbeat, type FigureReaders } from './heartbeat.ts';
import type { OutgoingMessage } from './message.ts';

const noLine = () => undefined;
const silentLog: Log = { debug: noLine, info: noLine, warn: noLine, error: noLine };

/** The first heartbeat of a service with these figures. */
async function firstBeat(figures?: FigureReaders): Promise<HeartbeatSignal> {
  const { promise, resolve } = Promise.withResolvers<HeartbeatSignal>();
  const published: unknown[] = [];
  const heartbeat = startHeartbeat({
    makeMessage: ({ topic, value }) => {
      published.push(value);
      return { topic, key: null, value: Buffer.alloc(0), headers: {} } satisfies OutgoingMessage;
    },
    publisher: {
      publish: () => {
        resolve(published[0] as HeartbeatSignal);
        return Promise.resolve();
      },
    },
    source: 'cognition',
    ...(figures && { figures }),
    log: silentLog,
    readWithinMs: 20,
  });
  try {
    return await promise;
  } finally {
    await heartbeat.close();
  }
}

test('a heartbeat carries what its service knows', async () => {
  const last_accepted_at = '2026-11-20T12:00:00.000Z';
  expect(
    await firstBeat({
      active_connections: () => Promise.resolve(3),
      last_accepted_at: () => last_accepted_at,
    }),
  ).toMatchObject({ status: 'heartbeat', source: 'cognition', active_connections: 3, last_accepted_at });
});

test('a figure that is not known, fails or hangs is left out, and the heartbeat goes out', async () => {
  const down = new CodedError('timeout', 'transient', 'the database is down');
  const beat = await firstBeat({
    active_connections: () => Promise.reject(down),
    last_accepted_at: () => new Promise(() => undefined),
    last_decision_at: () => undefined,
  });
  expect(Object.keys(beat).sort()).toEqual(['at', 'signal_id', 'source', 'status']);
});

test('a service without figures says that it lives', async () => {
  expect(await firstBeat()).toMatchObject({ status: 'heartbeat' });
});
