import { CodedError } from '@bridge/core';
import { byteaArray, textArray, timestamptzArray, type Query, type Statement } from '@bridge/postgres';
import type { LiveSubject } from '@bridge/vault';
import type { WaitingNotice } from '../domain/group-notices.ts';
import type { NoticeVerdicts, NoticePostponement, FinalState } from '../domain/notice-verdicts.ts';
import type { BacklogCount } from '../../metrics.ts';
import type { NoticeSeal } from './notice-seal.ts';
import { arrivalsStatement, markDocumentStatement } from '../../documents/rows/arrivals.ts';

/** When the next notice of a connection is due, and when the newest of those due by now came. */
export type NextDue = { readonly dueMs: number; readonly newestMs: number | undefined };

export type DueNotices = {
  readonly notices: readonly WaitingNotice[];
  /** Ids of rows that cannot be unsealed. */
  readonly unreadable: readonly string[];
};

export type WaitingNotices = {
  /** Those that are due, newest first. */
  due(connectionId: string, person: LiveSubject, limit: number): Promise<DueNotices>;
  nextDue(connectionId: string): Promise<NextDue | undefined>;
  /** The person has disconnected. */
  giveUp(connectionId: string): Promise<void>;
  /** The person was erased: the notices cannot be unsealed any more. */
  forget(connectionId: string): Promise<void>;
};

export function createWaitingNotices(query: Query, seal: Pick<NoticeSeal, 'unseal'>): WaitingNotices {
  return {
    async due(connectionId, person, limit) {
      const rows = await query<{ id: Buffer; sealed: Buffer; receivedAt: Date; attempts: number }>(
        `select notice_id id, sealed, received_at "receivedAt", attempts from ingest.notices
          where connection_id = $1 and state = 'waiting' and next_attempt_at <= now()
          order by received_at desc, notice_id limit $2`,
        [connectionId, limit],
      );
      const notices: WaitingNotice[] = [];
      const unreadable: string[] = [];
      for (const { id, sealed, receivedAt, attempts } of rows) {
        const noticeId = id.toString('hex');
        const notice = await seal.unseal({ noticeId: id, sealed }, person).catch(unlessRejected);
        if (notice === undefined) unreadable.push(noticeId);
        else notices.push({ noticeId, notice, receivedMs: receivedAt.getTime(), attempts });
      }
      return { notices, unreadable };
    },
    async nextDue(connectionId) {
      const [row] = await query<{ due: Date | null; newest: Date | null }>(
        `select min(next_attempt_at) due, max(received_at) filter (where next_attempt_at <= now()) newest
           from ingest.notices
          where connection_id = $1 and state = 'waiting'`,
        [connectionId],
      );
      return row?.due ? { dueMs: row.due.getTime(), newestMs: row.newest?.getTime() } : undefined;
    },
    async giveUp(connectionId) {
      await query(giveUpNotices, [connectionId]);
    },
    async forget(connectionId) {
      await query('delete from ingest.notices where connection_id = $1', [connectionId]);
    },
  };
}

/** All waiting notices of one connection. */
export const giveUpNotices = `
  update ingest.notices set state = 'gave_up' where connection_id = $1 and state = 'waiting'`;

/** Stores the verdicts of a round and the arrival of documents of these types. */
export function verdictStatements(connectionId: string, verdicts: NoticeVerdicts): Statement[] {
  const { settled, postponed, arrived } = verdicts;
  return [
    ...(settled.size > 0 ? [settleStatement(settled)] : []),
    ...(postponed.length > 0 ? [postponeStatement(postponed)] : []),
    ...(arrived.size > 0
      ? [arrivalsStatement(connectionId, arrived), markDocumentStatement(connectionId)]
      : []),
  ];
}

function unlessRejected(error: unknown): undefined {
  if (!(error instanceof CodedError && error.code === 'sealed_value_rejected')) throw error;
}

/** @param settled By id, in hex. */
function settleStatement(settled: ReadonlyMap<string, FinalState>): Statement {
  const ids = [...settled.keys()].sort();
  return {
    name: 'ingest-settle-notices',
    text: `update ingest.notices n set state = s.state from unnest($1::bytea[], $2::text[]) as s(id, state)
            where n.notice_id = s.id and n.state = 'waiting'`,
    values: [byteaArray(ids), textArray(ids.map((id) => settled.get(id) ?? 'resolved'))],
  };
}

function postponeStatement(postponed: readonly NoticePostponement[]): Statement {
  const sorted = postponed.toSorted((a, b) => (a.noticeId < b.noticeId ? -1 : 1));
  return {
    name: 'ingest-postpone-notices',
    text: `update ingest.notices n set attempts = attempts + 1, next_attempt_at = p.until
             from unnest($1::bytea[], $2::timestamptz[]) as p(id, until)
            where n.notice_id = p.id and n.state = 'waiting'`,
    values: [
      byteaArray(sorted.map(({ noticeId }) => noticeId)),
      timestamptzArray(sorted.map(({ untilMs }) => untilMs)),
    ],
  };
}

/** How many notices of each vendor wait for their documents, and how old the oldest is. */
export function countBacklog(query: Query): Promise<BacklogCount[]> {
  return query<BacklogCount>(
    `select vendor, count(*) count, extract(epoch from now() - min(received_at))::float8 seconds
       from ingest.notices where state = 'waiting' group by vendor`,
  );
}
