import { routingSchema, type Routing } from '@bridge/contracts';
import type { Query } from '@bridge/postgres';
import type { Vault } from '@bridge/vault';
import type { z } from 'zod';
import type { Revised } from '../domain/configuration-snapshot.ts';
import { readable } from './readable.ts';

/** A table in which every revision of one document is kept, and the newest counts. */
export type RevisedTable = 'alerts.routings' | 'alerts.budgets';

type StoredRevision = { readonly revision: number; readonly body: Buffer };

type Deps = { readonly query: Query; readonly vault: Vault };

/** Undefined while nothing was stored. */
async function findNewest(query: Query, table: RevisedTable): Promise<StoredRevision | undefined> {
  const [row] = await query<StoredRevision>(
    `select revision, body from ${table} order by revision desc limit 1`,
  );
  return row;
}

export async function newestRevision(query: Query, table: RevisedTable): Promise<number> {
  return (await findNewest(query, table))?.revision ?? 0;
}

/** The newest revision: undefined while nothing was stored, `unreadable` where it was changed or has another form. */
export async function loadNewest<Schema extends z.ZodType>(
  { query, vault }: Deps,
  table: RevisedTable,
  schema: Schema,
): Promise<Revised<z.output<Schema>> | 'unreadable' | undefined> {
  const stored = await findNewest(query, table);
  if (stored === undefined) return undefined;
  const { revision, body } = stored;
  const document = await readable(async (): Promise<unknown> => {
    const opened = await vault.unsealForService(body, placeOf(table, revision));
    return JSON.parse(opened.toString('utf8'));
  });
  const parsed = document === undefined ? undefined : schema.safeParse(document);
  return parsed?.success === true ? { revision, value: parsed.data } : 'unreadable';
}

/** The routing in force: the stored one, else the default. */
export async function loadRouting(deps: Deps, defaultRouting: Routing): Promise<Routing> {
  const stored = await loadNewest(deps, 'alerts.routings', routingSchema);
  return stored === undefined || stored === 'unreadable' ? defaultRouting : stored.value;
}

/** Only within a change of the configuration: its lock keeps the revisions apart. */
export async function appendRevision(
  { query, vault }: Deps,
  table: RevisedTable,
  document: { readonly value: unknown; readonly author: string; readonly at: number },
): Promise<number> {
  // Counted here and not by the column, because the revision is part of the seal.
  const revision = (await newestRevision(query, table)) + 1;
  const body = await vault.sealForService(JSON.stringify(document.value), placeOf(table, revision));
  await query(
    `insert into ${table} (revision, at, author, body) overriding system value
     values ($1, to_timestamp($2 / 1000.0), $3, $4)`,
    [revision, document.at, document.author, body],
  );
  return revision;
}

function placeOf(table: RevisedTable, revision: number) {
  return { table, column: 'body', row: String(revision) };
}
