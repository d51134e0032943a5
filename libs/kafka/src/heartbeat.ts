import { setTimeout as sleep } from 'node:timers/promises';
import { heartbeatId, topics, utc, type HeartbeatFigures, type HeartbeatSignal } from '@bridge/contracts';
import type { Closeable, Log } from '@bridge/core';
import type { MakeMessage } from './message-maker.ts';
import type { Publisher } from './publish.ts';

/** Reads each figure that a service knows, at every beat; undefined: it knows none at present. */
export type FigureReaders = {
  readonly [Figure in keyof HeartbeatFigures]: () =>
    HeartbeatFigures[Figure] | undefined | Promise<HeartbeatFigures[Figure] | undefined>;
};

export type HeartbeatOptions = {
  readonly makeMessage: MakeMessage;
  readonly publisher: Pick<Publisher, 'publish'>;
  /** The service that is alive. */
  readonly source: string;
  readonly figures?: FigureReaders;
  readonly log: Log;
  /** How long one figure may take, in milliseconds. Default 2,000. */
  readonly readWithinMs?: number;
};

const everyMs = 15_000;

/** Publishes a heartbeat on `biometric.alerts`. Only its absence matters, so a failed one is not repeated. */
export function startHeartbeat(options: HeartbeatOptions): Closeable {
  const { makeMessage, publisher, source, figures = {}, log, readWithinMs = 2_000 } = options;

  async function beat(): Promise<void> {
    const read = await readFigures(figures, readWithinMs, log);
    const at = utc(Date.now());
    const id = heartbeatId(source, at);
    const value = { signal_id: id, status: 'heartbeat', source, at, ...read } satisfies HeartbeatSignal;
    const { name: topic, value: type } = topics.alerts;
    try {
      await publisher.publish([makeMessage({ topic, type, value, id, time: at })]);
    } catch (error) {
      log.debug('heartbeat not published', { error });
    }
  }

  const timer = setInterval(() => void beat(), everyMs);
  void beat();
  return { close: () => clearInterval(timer) };
}

/** A figure that fails or takes too long is left out: the database may be down, and the service lives all the same. */
async function readFigures(readers: FigureReaders, withinMs: number, log: Log): Promise<HeartbeatFigures> {
  const read = await Promise.all(
    Object.entries(readers).map(async ([figure, reader]) => {
      try {
        return [figure, await within(withinMs, async () => reader())] as const;
      } catch (error) {
        log.debug('a figure of the heartbeat could not be read', { field: figure, error });
        return [figure, undefined] as const;
      }
    }),
  );
  return Object.fromEntries(read.filter(([, value]) => value !== undefined));
}

async function within<T>(ms: number, read: () => Promise<T>): Promise<T | undefined> {
  const done = new AbortController();
  const tooLate = sleep(ms, undefined, { signal: done.signal, ref: false }).catch(() => undefined);
  try {
    return await Promise.race([read(), tooLate]);
  } finally {
    done.abort();
  }
}
