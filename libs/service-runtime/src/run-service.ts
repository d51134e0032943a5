import { setTimeout as sleep } from 'node:timers/promises';
import { type Closeable, type Log } from '@bridge/core';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { createLogger, type Logger } from './logger.ts';
import { type Env } from './read-config.ts';
import { createReleases } from './releases.ts';

/** The argument of a service's start function. */
export type Service = {
  /** Waits for a resource and closes it when the service stops; the last one acquired is closed first. */
  readonly use: <T extends Closeable>(resource: T | Promise<T>) => Promise<T>;
  readonly log: Log;
  /** The environment; read it with `readConfig`. */
  readonly env: Env;
  readonly metrics: Registry;
  /** Called on stop before anything is closed, in order of registration: take no new work, end streams. */
  readonly onStopping: (callback: () => Promise<void> | void) => void;
  /** Called on SIGHUP: read configuration files again. */
  readonly onReload: (callback: () => Promise<void> | void) => void;
  /** True from the first stop signal on; readiness follows it. */
  readonly isStopping: () => boolean;
  /** For a state the process can't leave by itself: logs at ERROR, releases, exits 1, the supervisor restarts it. */
  readonly crash: (reason: string, error?: unknown) => void;
};

// Small buffers share a piece of memory, which lives as long as the last of them. Node 24 made the pieces eight times as large:
// that much more memory survives a collection and forces the next full one.
Buffer.poolSize = 8 * 1024;

const stopWithinMs = 25_000;
const crashWithinMs = 5_000;
/** How long a stop waits for a start in progress, so that its next resource is released too. */
const startGraceMs = 2_000;

/**
 * Runs a service until SIGTERM or SIGINT: starts in the order written, stops in reverse, exits 0 within 25 s.
 * A failing start, a failing close, an overrun or an unhandled error exits 1.
 */
export function runService(name: string, start: (service: Service) => Promise<void>): void {
  const log = createServiceLogger(name);
  const releases = createReleases();
  const metrics = new Registry();
  collectDefaultMetrics({ register: metrics });
  const onStopping: (() => Promise<void> | void)[] = [];
  let ending = false;

  async function exit(code: number): Promise<void> {
    await Promise.race([log.close(), sleep(500)]);
    process.exit(code);
  }

  async function end(exitCode: number, withinMs: number): Promise<void> {
    if (ending) return;
    ending = true;
    const overrun = setTimeout(() => {
      log.error('stop took too long', { timeout_ms: withinMs });
      void exit(1);
    }, withinMs);
    let code = exitCode;
    for (const callback of onStopping) {
      try {
        await callback();
      } catch (error) {
        code = 1;
        log.error('stop callback failed', { error });
      }
    }
    await Promise.race([started, sleep(startGraceMs)]);
    try {
      await releases.releaseAll();
    } catch (error) {
      code = 1;
      log.error('release failed', { error });
    }
    clearTimeout(overrun);
    log.info('stopped', { code });
    await exit(code);
  }

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (!ending) log.info('stopping', { signal });
      void end(0, stopWithinMs);
    });
  }
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      // The state is unknown: orderly release could write it, so the process leaves at once.
      log.error('unhandled error', { error });
      void exit(1);
    });
  }

  const startedAt = performance.now();
  const service: Service = {
    async use(resource) {
      const opened = await releases.use(resource);
      if (ending) throw new Error('The service was stopped while it started.');
      return opened;
    },
    log,
    env: process.env,
    metrics,
    onStopping: (callback) => void onStopping.push(callback),
    onReload: (callback) => void process.on('SIGHUP', () => void callback()),
    isStopping: () => ending,
    crash(reason, error) {
      log.error(`crash: ${reason}`, { error });
      void end(1, crashWithinMs);
    },
  };
  const started = Promise.resolve(service)
    .then(start)
    .then(
      () => log.info('started', { duration_ms: Math.round(performance.now() - startedAt) }),
      (error: unknown) => {
        if (ending) return;
        log.error('start failed', { error });
        void end(1, crashWithinMs);
      },
    );
}

/** A wrong LOG_LEVEL must be reported in the service's own log form. */
function createServiceLogger(service: string): Logger {
  try {
    return createLogger({ service, level: process.env['LOG_LEVEL'] });
  } catch (error) {
    const log = createLogger({ service });
    log.error('start failed', { error });
    process.exit(1);
  }
}
