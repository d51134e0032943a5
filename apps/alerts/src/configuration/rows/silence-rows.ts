import { silenceBodySchema, type SilenceBody } from '@bridge/contracts';
import { milliseconds, type Query } from '@bridge/postgres';
import { serviceSubject, unsealWith, type Vault } from '@bridge/vault';
import type { NoteUnreadable } from '../../unreadable-rows.ts';
import type { Silence } from '../domain/configuration-snapshot.ts';

type SilenceRow = Omit<Silence, 'match' | 'comment'> & { readonly body: Buffer };
type SilenceText = Pick<SilenceBody, 'match' | 'comment'>;

/** What silences say, by id. It never changes, so it is unsealed once. */
export type SilenceCache = Map<string, SilenceText>;

const facts = `silence_id "silenceId", ${milliseconds('begins_at')} "beginsAt", ${milliseconds('ends_at')} "endsAt",
  author, ${milliseconds('created_at')} "createdAt"`;

type Deps = { readonly query: Query; readonly vault: Vault; readonly noteUnreadable: NoteUnreadable };

/** The silences that have not ended, and how many others have a body that cannot be read. */
export async function loadSilences(
  deps: Deps,
  cache: SilenceCache,
  now: number,
): Promise<{ readonly silences: Silence[]; readonly unreadable: number }> {
  const { query } = deps;
  const rows = await query<Omit<SilenceRow, 'body'>>(
    `select ${facts} from alerts.silences where ends_at > to_timestamp($1 / 1000.0)`,
    [now],
  );
  const current = new Set(rows.map(({ silenceId }) => silenceId));
  for (const silenceId of cache.keys()) if (!current.has(silenceId)) cache.delete(silenceId);

  const unknown = [...current].filter((silenceId) => !cache.has(silenceId));
  if (unknown.length > 0) await fillCache(deps, cache, unknown);
  const silences = rows.flatMap((row) => {
    const text = cache.get(row.silenceId);
    return text === undefined ? [] : [{ ...row, ...text }];
  });
  return { silences, unreadable: rows.length - silences.length };
}

async function fillCache({ query, ...deps }: Deps, cache: SilenceCache, ids: readonly string[]) {
  const rows = await query<Pick<SilenceRow, 'silenceId' | 'body'>>(
    `select silence_id "silenceId", body from alerts.silences where silence_id = any($1::uuid[])`,
    [ids],
  );
  const unseal = await createUnseal(deps);
  for (const row of rows) {
    const text = unseal(row);
    if (text !== undefined) cache.set(row.silenceId, text);
  }
}

const storedTextSchema = silenceBodySchema.pick({ match: true, comment: true });

/** Without a promise per silence: there may be thousands. Undefined, and noted, for a row that cannot be read. */
async function createUnseal({ vault, noteUnreadable }: Omit<Deps, 'query'>) {
  const key = await vault.serviceKey();
  return ({ silenceId, body }: Pick<SilenceRow, 'silenceId' | 'body'>): SilenceText | undefined => {
    try {
      const opened = unsealWith(key, body, { ...bodyPlace(silenceId), subject: serviceSubject });
      return storedTextSchema.parse(JSON.parse(opened.toString('utf8')));
    } catch (error) {
      noteUnreadable('alerts.silences', silenceId, error);
      return undefined;
    }
  };
}

export async function findSilence({ query, ...deps }: Deps, silenceId: string): Promise<Silence | undefined> {
  const [row] = await query<SilenceRow>(`select ${facts}, body from alerts.silences where silence_id = $1`, [
    silenceId,
  ]);
  const text = row && (await createUnseal(deps))(row);
  return row && text && { ...row, ...text };
}

/** Where the page before ended: the latest to begin comes first. */
export type SilenceCursor = { readonly beginsAt: number; readonly silenceId: string };

/** Silences that have ended; `next` where there may be more. */
export async function loadEndedSilences(
  { query, ...deps }: Deps,
  { now, limit, after }: { now: number; limit: number; after: SilenceCursor | undefined },
): Promise<{ readonly silences: Silence[]; readonly next: SilenceCursor | undefined }> {
  const rows = await query<SilenceRow>(
    `select ${facts}, body from alerts.silences
      where ends_at <= to_timestamp($1 / 1000.0)
        and ($2::float8 is null or (begins_at, silence_id) < (to_timestamp($2 / 1000.0), $3::uuid))
      order by begins_at desc, silence_id desc limit $4`,
    [now, after?.beginsAt, after?.silenceId, limit],
  );
  const unseal = await createUnseal(deps);
  const silences = rows.flatMap((row) => {
    const text = unseal(row);
    return text === undefined ? [] : [{ ...row, ...text }];
  });
  return { silences, next: rows.length === limit ? rows.at(-1) : undefined };
}

export async function insertSilence(
  { query, vault }: Omit<Deps, 'noteUnreadable'>,
  silence: Silence,
): Promise<void> {
  const { silenceId, beginsAt, endsAt, author, createdAt, match, comment } = silence;
  const text: SilenceText = { match, comment };
  await query(
    `insert into alerts.silences (silence_id, begins_at, ends_at, author, created_at, body)
     values ($1, to_timestamp($2 / 1000.0), to_timestamp($3 / 1000.0), $4, to_timestamp($5 / 1000.0), $6)`,
    [
      silenceId,
      beginsAt,
      endsAt,
      author,
      createdAt,
      await vault.sealForService(JSON.stringify(text), bodyPlace(silenceId)),
    ],
  );
}

/** Ends a silence now; one that has ended stays as it is. */
export async function endSilence(query: Query, silenceId: string, now: number): Promise<void> {
  await query(
    'update alerts.silences set ends_at = least(ends_at, to_timestamp($2 / 1000.0)) where silence_id = $1',
    [silenceId, now],
  );
}

export async function countSilences(query: Query, now: number): Promise<number> {
  const [row] = await query<{ count: number }>(
    'select count(*) count from alerts.silences where ends_at > to_timestamp($1 / 1000.0)',
    [now],
  );
  return row?.count ?? 0;
}

function bodyPlace(silenceId: string) {
  return { table: 'alerts.silences', column: 'body', row: silenceId };
}
