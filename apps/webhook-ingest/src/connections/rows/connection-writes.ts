import { randomUUID } from 'node:crypto';
import { retryVerdict } from '@bridge/core';
import { uuidArray, type Postgres, type Query } from '@bridge/postgres';
import { sealWith, type LiveSubject, type Vault } from '@bridge/vault';
import type { ConnectionState } from '../domain/connection.ts';
import { endsAt, type TokenSet } from '../../vendor-client/token-set.ts';
import type { ConnectionRow } from './connection-queries.ts';
import type { Vendor } from '../../vendors/vendor-definition.ts';
import { giveUpNotices } from '../../notices/rows/waiting-notices.ts';
import { unknownUserState } from '../../notices/domain/notice.ts';
import { connectionJobs } from './connection-jobs.ts';
import { sealTokens } from './sealed-tokens.ts';

/** What a person has consented to. */
export type ConsentGrant = {
  readonly person: LiveSubject;
  readonly vendor: Vendor;
  /** The vendor's own id of the person. */
  readonly vendorUserId: string;
  readonly tokens: TokenSet;
};

export type ConnectResult =
  | { readonly kind: 'connected'; readonly connectionId: string }
  /** The vendor's account belongs to another person. */
  | { readonly kind: 'taken' }
  /** The person is connected to another account of this vendor. */
  | { readonly kind: 'other_account' };

export type ConnectionWrites = {
  /** Stores or renews the connection, takes over notices that came before it, and asks for its history. */
  connect(granted: ConsentGrant): Promise<ConnectResult>;
  /** Final. Tokens stay until they are revoked; a job sees to that. */
  disconnect(connectionId: string): Promise<void>;
  forgetTokens(connectionId: string): Promise<void>;
  /**
   * Does nothing and returns false if the connection has changed since it was loaded: somebody consented again, or it
   * was disconnected. @param notBefore When the vendor may be asked again; null means at once.
   */
  markState(
    snapshot: Pick<ConnectionRow, 'connectionId' | 'since'>,
    state: Exclude<ConnectionState, 'disconnected'>,
    notBefore: Date | null,
  ): Promise<boolean>;
  /** Pulls everything again, even if the vendor is probed only once a day. */
  resync(connectionId: string): Promise<void>;
  /** Attaches notices that came just before their person was connected. Returns how many connections got some. */
  attachEarlyNotices(): Promise<number>;
};

type Deps = Pick<Postgres, 'query' | 'transaction'> & {
  readonly vault: Pick<Vault, 'userIndex' | 'byId'>;
  readonly hasSubscriptions: (vendor: Vendor) => boolean;
};

export function createConnectionWrites({
  query,
  transaction,
  vault,
  hasSubscriptions,
}: Deps): ConnectionWrites {
  return {
    connect: createConnect({ transaction, vault, hasSubscriptions }),
    disconnect: (connectionId) =>
      transaction(async (tx) => {
        await tx.query(
          // Tokens that the vendor has refused for good have nothing to end there.
          `update ingest.connections
              set state = 'disconnected', state_since = now(), ends_at = null,
                  tokens = case when state = 'needs_consent' then null else tokens end
            where connection_id = $1 and state <> 'disconnected'`,
          [connectionId],
        );
        await tx.query(giveUpNotices, [connectionId]);
        await connectionJobs.revokeAccess(tx.query, connectionId);
      }),
    async forgetTokens(connectionId) {
      await query(
        `update ingest.connections set tokens = null, tokens_expire_at = null
          where connection_id = $1 and state = 'disconnected'`,
        [connectionId],
      );
    },
    async markState({ connectionId, since }, state, notBefore) {
      // A date has milliseconds, the column has microseconds.
      const changed = await query(
        `update ingest.connections
            set state = $2, state_since = case when state = $2 then state_since else now() end, not_before = $4
          where connection_id = $1 and state <> 'disconnected' and date_trunc('milliseconds', state_since) <= $3
          returning 1`,
        [connectionId, state, since, notBefore],
      );
      return changed.length > 0;
    },
    resync: (connectionId) =>
      transaction(async (tx) => {
        await tx.query('update ingest.connections set not_before = null where connection_id = $1', [
          connectionId,
        ]);
        await wakeNotices(tx.query, connectionId);
        await connectionJobs.pullHistory(tx.query, connectionId);
      }),
    async attachEarlyNotices() {
      const rows = await query<{ connection_id: string }>(
        `select distinct c.connection_id from ingest.notices n
           join ingest.connections c using (vendor, vendor_user)
          where n.state = '${unknownUserState}' and c.state <> 'disconnected' limit 1000`,
      );
      for (const { connection_id } of rows) await transaction((tx) => attachNotices(tx.query, connection_id));
      return rows.length;
    },
  };
}

function createConnect({
  transaction,
  vault,
  hasSubscriptions,
}: Pick<Deps, 'transaction' | 'vault' | 'hasSubscriptions'>): ConnectionWrites['connect'] {
  async function store(tx: Query, granted: ConsentGrant, vendorUser: Buffer): Promise<ConnectResult> {
    const { person, vendor } = granted;
    const found = await tx<Row>(
      `select connection_id, subject_id, vendor_user from ingest.connections
        where vendor = $1 and (vendor_user = $2 or subject_id = $3) and state <> 'disconnected'
        order by connection_id for update`,
      [vendor, vendorUser, person.subjectId],
    );
    const rows = await withoutErased(tx, found);
    if (rows.some((row) => row.subject_id !== person.subjectId)) return { kind: 'taken' };
    if (rows.some((row) => !row.vendor_user.equals(vendorUser))) return { kind: 'other_account' };

    const connectionId = rows[0]?.connection_id ?? randomUUID();
    await tx(upsert, columnsOf(granted, vendorUser, connectionId));
    // A revocation that still waits would end the new consent as well.
    await tx(
      `update ingest.connections set tokens = null
        where vendor = $1 and vendor_user = $2 and state = 'disconnected' and tokens is not null`,
      [vendor, vendorUser],
    );
    await attachNotices(tx, connectionId);
    await connectionJobs.pullHistory(tx, connectionId);
    if (hasSubscriptions(vendor)) await connectionJobs.renewSubscriptions(tx);
    return { kind: 'connected', connectionId };
  }

  /** Connections of erased persons cannot be unsealed any more and must not block the account for others. */
  async function withoutErased(tx: Query, rows: readonly Row[]): Promise<Row[]> {
    const people = await vault.byId(rows.map(({ subject_id }) => subject_id));
    const isErased = ({ subject_id }: Row) => people.get(subject_id)?.erased !== false;
    const left = rows.filter(isErased).map(({ connection_id }) => connection_id);
    if (left.length > 0) await tx(endErased, [uuidArray(left)]);
    return rows.filter((row) => !isErased(row));
  }

  return async function connect(granted) {
    const vendorUser = vault.userIndex(`${granted.vendor}/${granted.vendorUserId}`);
    const tryOnce = () => transaction((tx) => store(tx.query, granted, vendorUser));
    try {
      return await tryOnce();
    } catch (error) {
      // Somebody connected the same account or person meanwhile: now their row can be seen.
      if (retryVerdict(error) !== 'conflict') throw error;
      return tryOnce();
    }
  };
}

type Row = { connection_id: string; subject_id: string; vendor_user: Buffer };

const endErased = `
  update ingest.connections set state = 'disconnected', state_since = now(), tokens = null
   where connection_id = any($1::uuid[])`;

/** Notices that came while nobody was connected under the vendor's user id. */
async function attachNotices(tx: Query, connectionId: string): Promise<void> {
  await tx(
    `update ingest.notices n set connection_id = c.connection_id, state = 'waiting', next_attempt_at = now()
       from ingest.connections c
      where c.connection_id = $1 and n.vendor = c.vendor and n.vendor_user = c.vendor_user and n.state = '${unknownUserState}'`,
    [connectionId],
  );
  await wakeNotices(tx, connectionId);
}

/** What waits has its job now: also of a connection whose vendor refused, and whose job is gone or waits for tomorrow. */
async function wakeNotices(tx: Query, connectionId: string): Promise<void> {
  const waiting = await tx(
    `select 1 from ingest.notices where connection_id = $1 and state = 'waiting' limit 1`,
    [connectionId],
  );
  if (waiting.length > 0) await connectionJobs.resolveNotices(tx, connectionId);
}

const upsert = `
  insert into ingest.connections as c
    (connection_id, subject_id, vendor, state, vendor_user, identity, tokens, tokens_expire_at, ends_at)
  values ($1, $2, $3, 'active', $4, $5, $6, $7, $8)
  on conflict (connection_id) do update
    set identity = excluded.identity, tokens = excluded.tokens, tokens_expire_at = excluded.tokens_expire_at,
        ends_at = excluded.ends_at,
        state = 'active', state_since = now(), not_before = null`;

function columnsOf(
  { person, vendor, vendorUserId, tokens }: ConsentGrant,
  vendorUser: Buffer,
  connectionId: string,
) {
  const identity = sealWith(person.key, JSON.stringify({ vendor_user_id: vendorUserId }), {
    table: 'ingest.connections',
    column: 'identity',
    row: connectionId,
    subject: person.subjectId,
  });
  const expiresAt = tokens.expiresAt === undefined ? null : new Date(tokens.expiresAt);
  const sealed = sealTokens(person, connectionId, tokens);
  return [connectionId, person.subjectId, vendor, vendorUser, identity, sealed, expiresAt, endsAt(tokens)];
}
