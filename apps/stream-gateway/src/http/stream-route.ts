import {
  credentialsOf,
  hasScope,
  principalOf,
  type Authenticate,
  type Credentials,
  type Principal,
  type RequireScope,
} from '@bridge/auth';
import { clientNetwork, problem, type Problem } from '@bridge/service-runtime';
import { type Express, type Request, type RequestHandler, type Response } from 'express';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RecordAccess } from '../adapters/access-log.ts';
import { type People } from '../adapters/people.ts';
import type { StreamTickets } from '../adapters/stream-tickets.ts';
import { type Feed } from '../domain/feed.ts';
import type { QueueLimits } from '../domain/frame-queue.ts';
import { encodeRetry } from '../domain/sse-frame.ts';
import type { OpenStream } from '../open-stream.ts';
import { type StreamMetrics } from '../stream-metrics.ts';
import { type OpenStreams } from './open-streams.ts';
import { createSseConnection, streamHeaders } from './sse-connection.ts';
import { readStreamQuery } from './stream-query.ts';

type Deps = {
  readonly requireScope: RequireScope;
  readonly authenticate: Authenticate;
  readonly tickets: StreamTickets;
  readonly feed: Feed;
  readonly streams: OpenStreams;
  readonly openStream: OpenStream;
  readonly people: Pick<People, 'subjectIds'>;
  readonly erasedAmong: (subjectIds: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly recordAccess: RecordAccess;
  readonly observed: StreamMetrics;
  readonly queue: QueueLimits;
  /** How long a request waits until reading begins, in milliseconds. */
  readonly patienceMs: number;
};

/** How long a browser waits before it reconnects, in milliseconds. */
const reconnectMs = 2_000;
const notNow: Problem = { status: 503, retryAfterSeconds: 2 };
const refusals: Readonly<Record<'key' | 'address' | 'full', Problem>> = {
  full: notNow,
  key: { status: 429, detail: 'This key has too many streams open.', retryAfterSeconds: 10 },
  address: { status: 429, detail: 'Too many streams are open from this address.', retryAfterSeconds: 10 },
};

/** `GET /stream`: server-sent events, resumable with Last-Event-ID (header, or `last_event_id` in the query). */
export function mountStream(app: Express, deps: Deps): void {
  const { requireScope, feed, streams, openStream, people, recordAccess, observed, queue } = deps;

  /** After a start the first partitions are known within seconds; an EventSource would give up at a 503. */
  async function isReading(res: Response): Promise<boolean> {
    const until = performance.now() + deps.patienceMs;
    while (feed.position() === undefined) {
      if (streams.stopping() || res.destroyed || performance.now() > until) return false;
      await sleep(20);
    }
    return !streams.stopping();
  }

  app.get('/stream', ticketOr(requireScope('stream'), deps), async (req, res) => {
    const principal = principalOf(res);
    const request = readStreamQuery(req.query, principal);
    if (!request.ok) {
      problem(res, request.problem);
      return;
    }
    const address = clientNetwork(req.ip ?? '');
    if (req.method === 'HEAD') {
      const isOpenable =
        feed.position() !== undefined && streams.refusal({ principal, address }) === undefined;
      answerHead(res, isOpenable && !streams.stopping());
      return;
    }
    const { filter, lastEventId } = request;
    const subjectIds = filter.users === undefined ? [null] : await people.subjectIds(filter.users);
    const known = subjectIds.filter((id) => id !== null);
    if ((await deps.erasedAmong(known)).size > 0) {
      problem(res, { status: 404, detail: 'Nothing is known of this person.' });
      return;
    }
    await recordAccess({ principal, type: 'stream', table: 'biometric_events', subjectIds });
    if (!(await isReading(res))) {
      if (!res.destroyed) problem(res, notNow);
      return;
    }

    const refused = streams.refusal({ principal, address });
    if (res.destroyed) return;
    if (refused !== undefined) {
      problem(res, refusals[refused]);
      return;
    }
    const connection = createSseConnection(res, {
      filter,
      limits: queue,
      onEnd(ended, reason) {
        feed.subscribers.remove(ended);
        streams.remove(ended);
        observed.ended(reason);
      },
    });
    streams.add(connection, { credentials: credentialsIn(req, res), principal, address, subjectIds: known });
    connection.write(encodeRetry(reconnectMs));
    observed.began(await openStream(connection, req.get('last-event-id') || lastEventId || undefined));
  });

  const issue: RequestHandler = async (req, res) => {
    const { ticket, expiresAt } = await deps.tickets.issue(credentialsOf(req));
    res.json({ ticket, expires_at: expiresAt });
  };
  app.get('/stream/ticket', requireScope('stream'), issue);
  app.post('/stream/ticket', requireScope('stream'), issue);
}

/** Monitors ask with HEAD: it is answered as GET would be, takes no subscriber's place and sees nobody's data. */
function answerHead(res: Response, isOpenable: boolean): void {
  if (isOpenable) res.writeHead(200, streamHeaders).end();
  else problem(res, notNow);
}

/** Lets pass who holds a ticket, or whom `otherwise` lets pass. */
function ticketOr(otherwise: RequestHandler, { tickets, authenticate }: Deps): RequestHandler {
  return async function checkTicket(req, res, next) {
    const { ticket } = req.query;
    if (typeof ticket !== 'string') {
      await otherwise(req, res, next);
      return;
    }
    const credentials = await tickets.redeem(ticket);
    const principal = credentials && (await callerWith(authenticate, credentials));
    if (principal === undefined) {
      problem(res, { status: 401, detail: 'The ticket is unknown, used or expired. Ask for a new one.' });
      return;
    }
    res.locals['principal'] = principal;
    res.locals['ticketCredentials'] = credentials;
    next();
  };
}

/** The key may have been revoked since the ticket was issued. */
async function callerWith(
  authenticate: Authenticate,
  { authorization, cookie }: Credentials,
): Promise<Principal | undefined> {
  const result = await authenticate(authorization, cookie);
  return result.ok && hasScope(result.principal, 'stream') ? result.principal : undefined;
}

function credentialsIn(req: Request, res: Response): Credentials {
  return (res.locals['ticketCredentials'] as Credentials | undefined) ?? credentialsOf(req);
}
