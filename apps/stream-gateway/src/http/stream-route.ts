import { credentialsOf, principalOf, type RequireScope } from '@bridge/auth';
import { problem, type Problem } from '@bridge/service-runtime';
import { type Express, type Request, type Response } from 'express';
import { type RecordAccess } from '../adapters/access-log.ts';
import { type People } from '../adapters/people.ts';
import { type Beginning, type Feed } from '../domain/feed.ts';
import { encodeFrame, encodeKeepAlive, encodeRetry } from '../domain/sse-frame.ts';
import { type StreamMetrics } from '../stream-metrics.ts';
import { type OpenStreams } from './open-streams.ts';
import { requestedUsers } from './requested-users.ts';
import { createSseConnection, streamHeaders, type SseConnection } from './sse-connection.ts';

export type StreamLimits = {
  /** Unread bytes beyond which a subscriber is disconnected. */
  readonly bufferBytes: number;
  /** Open streams beyond which new ones are refused. */
  readonly maxSubscribers: number;
};

type Deps = {
  readonly requireScope: RequireScope;
  readonly feed: Feed;
  readonly streams: OpenStreams;
  readonly people: Pick<People, 'subjectIds'>;
  readonly recordAccess: RecordAccess;
  readonly observed: StreamMetrics;
  readonly limits: StreamLimits;
};

/** How long a browser waits before it reconnects, in milliseconds. */
const reconnectMs = 2_000;
const notNow: Problem = { status: 503, retryAfterSeconds: 2 };

/** `GET /stream?user_id=…`: server-sent events, resumable with Last-Event-ID (header, or `last_event_id` in the query). */
export function mountStream(app: Express, deps: Deps): void {
  const { requireScope, feed, streams, people, recordAccess, observed, limits } = deps;

  /** The present position; undefined while no stream can begin. */
  function beginningPosition(): string | undefined {
    return streams.stopping() || streams.size >= limits.maxSubscribers ? undefined : feed.position();
  }

  app.get('/stream', requireScope('stream'), async (req, res) => {
    const principal = principalOf(res);
    const requested = requestedUsers(req.query['user_id'], principal);
    if (!requested.ok) {
      problem(res, requested.problem);
      return;
    }
    if (req.method === 'HEAD') {
      answerHead(res, beginningPosition());
      return;
    }
    const { users } = requested;
    const subjectIds = users === undefined ? [null] : await people.subjectIds(users);
    await recordAccess({ principal, type: 'stream', table: 'biometric_events', subjectIds });

    // From here on nothing is awaited: a frame published in between would be neither replayed nor sent.
    if (res.destroyed) return;
    const position = beginningPosition();
    if (position === undefined) {
      problem(res, notNow);
      return;
    }
    const beginning = feed.resume(lastEventId(req));
    const from = beginning.kind === 'resumed' ? beginning.from : undefined;
    const connection = createSseConnection(res, {
      users,
      from,
      bufferBytes: limits.bufferBytes,
      onEnd(ended, reason) {
        feed.subscribers.remove(ended);
        streams.remove(ended);
        observed.ended(reason);
      },
    });
    streams.add(connection, credentialsOf(req));
    feed.subscribers.add(connection);
    observed.began(beginning.kind);
    connection.write(encodeRetry(reconnectMs));
    greet(connection, beginning, position);
  });
}

/** Monitors ask with HEAD: it is answered as GET would be, takes no subscriber's place and sees nobody's data. */
function answerHead(res: Response, position: string | undefined): void {
  if (position === undefined) problem(res, notNow);
  else res.writeHead(200, streamHeaders).end();
}

/** The first frames; each way of beginning leaves the browser with an id that it can resume from. */
function greet(connection: SseConnection, beginning: Beginning, position: string): void {
  switch (beginning.kind) {
    case 'live':
      connection.write(encodeKeepAlive(position));
      break;
    case 'reset':
      connection.write(encodeFrame({ id: position, kind: 'reset', data: '{}' }));
      break;
    case 'resumed':
      connection.replay(beginning.missed);
      break;
  }
}

function lastEventId(req: Request): string | undefined {
  const fromQuery = req.query['last_event_id'];
  const id = req.get('last-event-id') ?? (typeof fromQuery === 'string' ? fromQuery : undefined);
  return id === '' ? undefined : id;
}
