import { randomBytes } from 'node:crypto';
import { type GrantVault, type Query } from './ports.ts';
import { type Principal } from './principal.ts';
import { isScope, type Scope } from './scopes.ts';
import { sealUsers, unsealUsers } from './user-list.ts';

/** An account at the OIDC provider. A subject means nothing without its issuer. */
export type OidcSubject = { readonly issuer: string; readonly subject: string };

export type NewGrant = OidcSubject & {
  readonly scopes: readonly Scope[];
  /** The only persons whom the subject may see; everyone when missing. */
  readonly users?: readonly string[] | undefined;
  /** Who decided it, as an accessor. */
  readonly grantedBy: string;
};

export type Grant = NewGrant & {
  readonly grantId: string;
  readonly grantedAt: Date;
  readonly revokedAt: Date | undefined;
};

export type Grants = {
  /** Admits a subject, or changes what it may do: its open sessions follow within a second. */
  grant(grant: NewGrant): Promise<{ readonly grantId: string }>;
  /** The subject's sessions end within a second. False: it had no grant. */
  revoke(account: OidcSubject): Promise<boolean>;
  /** The oldest first, revoked ones too. */
  list(): Promise<Grant[]>;
  /** Who signs in; undefined without a grant. */
  find(account: OidcSubject): Promise<Principal | undefined>;
};

type StoredGrant = {
  grant_id: string;
  subject: Buffer;
  scopes: string[];
  users: Buffer | null;
  granted_by: string;
  granted_at: Date;
  revoked_at: Date | null;
};

const table = 'auth.sign_in_grants';

/** What the OIDC provider's subjects may see. `grant` and `revoke` need the connection of the database's owner. */
export function createGrants({ query, vault }: { query: Query; vault: GrantVault }): Grants {
  const indexOf = (account: OidcSubject) => vault.userIndex(`oidc\n${account.issuer}\n${account.subject}`);

  async function activeGrant(account: OidcSubject): Promise<StoredGrant | undefined> {
    const [row] = await query<StoredGrant>(
      `select grant_id, subject, scopes, users, granted_by, granted_at, revoked_at from auth.sign_in_grants
        where subject_index = $1 and revoked_at is null`,
      [indexOf(account)],
    );
    return row;
  }

  return {
    async grant({ issuer, subject, scopes, users, grantedBy }) {
      if (scopes.length === 0) throw new Error('A grant needs at least one scope.');
      const account = { issuer, subject };
      const grantId = (await activeGrant(account))?.grant_id ?? `grant_${randomBytes(6).toString('hex')}`;
      const sealedSubject = await vault.sealForService(JSON.stringify(account), subjectPlace(grantId));
      const list = users === undefined ? undefined : new Set(users);
      const sealedUsers = await sealUsers(vault, list, { table, row: grantId });
      await query(
        `insert into auth.sign_in_grants (grant_id, subject_index, subject, scopes, users, granted_by)
         values ($1, $2, $3, $4, $5, $6)
         on conflict (grant_id) do update
           set scopes = excluded.scopes, users = excluded.users, granted_by = excluded.granted_by, granted_at = now()`,
        [grantId, indexOf(account), sealedSubject, [...new Set(scopes)], sealedUsers, grantedBy],
      );
      return { grantId };
    },
    async revoke(account) {
      const revoked = await query(
        `update auth.sign_in_grants set revoked_at = now()
          where subject_index = $1 and revoked_at is null returning 1`,
        [indexOf(account)],
      );
      return revoked.length === 1;
    },
    async list() {
      const rows = await query<StoredGrant>(
        `select grant_id, subject, scopes, users, granted_by, granted_at, revoked_at from auth.sign_in_grants
          order by granted_at, grant_id`,
      );
      return Promise.all(rows.map((row) => toGrant(vault, row)));
    },
    async find(account) {
      const row = await activeGrant(account);
      if (row === undefined) return undefined;
      const { grantId, scopes, users } = await toGrant(vault, row);
      return {
        keyId: grantId,
        accessor: accessorPrefix + grantId,
        scopes: new Set(scopes),
        users: users && new Set(users),
      };
    },
  };
}

async function toGrant(vault: GrantVault, row: StoredGrant): Promise<Grant> {
  const { grant_id: grantId, scopes, granted_by: grantedBy, granted_at: grantedAt, revoked_at } = row;
  const users = await unsealUsers(vault, row.users, { table, row: grantId });
  return {
    ...(await unsealSubject(vault, row)),
    grantId,
    scopes: scopes.filter(isScope),
    users: users && [...users],
    grantedBy,
    grantedAt,
    revokedAt: revoked_at ?? undefined,
  };
}

async function unsealSubject(
  vault: GrantVault,
  { grant_id, subject }: Pick<StoredGrant, 'grant_id' | 'subject'>,
): Promise<OidcSubject> {
  return JSON.parse(
    (await vault.unsealForService(subject, subjectPlace(grant_id))).toString(),
  ) as OidcSubject;
}

function subjectPlace(row: string) {
  return { table, column: 'subject', row };
}

const accessorPrefix = 'oidc:';

/** Opens the accessors of `phi_access_log` for an admin: `oidc:<subject>` in place of `oidc:<grant id>`. */
export type AccessorNames = {
  /** Names by accessor; others stand for themselves. */
  nameOf(accessors: Iterable<string>): Promise<ReadonlyMap<string, string>>;
  /** All accessors that `nameOf` gives this name. */
  named(name: string): Promise<readonly string[]>;
};

export function createAccessorNames({ query, vault }: { query: Query; vault: GrantVault }): AccessorNames {
  async function subjects(grantIds: readonly string[] | undefined): Promise<Map<string, string>> {
    const rows = await query<Pick<StoredGrant, 'grant_id' | 'subject'>>(
      'select grant_id, subject from auth.sign_in_grants where $1::text[] is null or grant_id = any($1)',
      [grantIds],
    );
    const opened = rows.map(async (row) => {
      const { subject } = await unsealSubject(vault, row);
      return [accessorPrefix + row.grant_id, accessorPrefix + subject] as const;
    });
    return new Map(await Promise.all(opened));
  }

  return {
    async nameOf(accessors) {
      const all = [...new Set(accessors)];
      const sealed = all.filter((accessor) => accessor.startsWith(accessorPrefix));
      const grantIds = sealed.map((accessor) => accessor.slice(accessorPrefix.length));
      const names = sealed.length === 0 ? new Map<string, string>() : await subjects(grantIds);
      return new Map(all.map((accessor) => [accessor, names.get(accessor) ?? accessor]));
    },
    async named(name) {
      if (!name.startsWith(accessorPrefix)) return [name];
      const found = [...(await subjects(undefined))].filter(([, subject]) => subject === name);
      return [name, ...found.map(([accessor]) => accessor)];
    },
  };
}
