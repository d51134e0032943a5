import { milliseconds, type Query } from '@bridge/postgres';
import type { PersonGroup } from '../domain/configuration-snapshot.ts';

/** Groups as they were read before, by name, with the version of their row. */
export type GroupCache = Map<string, { readonly rowVersion: string; readonly group: PersonGroup }>;

/** Reads the members of those groups only that changed since the cache was filled. Returns whether any did. */
export async function refreshGroups(query: Query, cache: GroupCache): Promise<boolean> {
  // xmin changes with every write of the row.
  const rows = await query<{ name: string; rowVersion: string; updatedAt: number }>(
    `select name, xmin::text "rowVersion", ${milliseconds('updated_at')} "updatedAt" from alerts.person_groups`,
  );
  const names = new Set(rows.map(({ name }) => name));
  const gone = [...cache.keys()].filter((name) => !names.has(name));
  const other = rows.filter(({ name, rowVersion }) => cache.get(name)?.rowVersion !== rowVersion);
  for (const name of gone) cache.delete(name);
  if (other.length === 0) return gone.length > 0;

  const members = Map.groupBy(
    await query<{ name: string; subjectId: string }>(
      `select name, subject_id "subjectId" from alerts.person_group_members where name = any($1)`,
      [other.map(({ name }) => name)],
    ),
    ({ name }) => name,
  );
  for (const { name, rowVersion, updatedAt } of other) {
    const subjects = new Set(members.get(name)?.map(({ subjectId }) => subjectId));
    cache.set(name, { rowVersion, group: { name, members: subjects, updatedAt } });
  }
  return true;
}

export async function groupNames(query: Query): Promise<Set<string>> {
  const rows = await query<{ name: string }>('select name from alerts.person_groups');
  return new Set(rows.map(({ name }) => name));
}

/** Puts these members in the place of all others. */
export async function saveGroup(query: Query, { name, members, updatedAt }: PersonGroup): Promise<void> {
  await query(
    `insert into alerts.person_groups (name, updated_at) values ($1, to_timestamp($2 / 1000.0))
     on conflict (name) do update set updated_at = excluded.updated_at`,
    [name, updatedAt],
  );
  await query('delete from alerts.person_group_members where name = $1 and subject_id <> all($2::uuid[])', [
    name,
    [...members],
  ]);
  await query(
    `insert into alerts.person_group_members (name, subject_id) select $1, unnest($2::uuid[])
     on conflict do nothing`,
    [name, [...members]],
  );
}

export async function deleteGroupRow(query: Query, name: string): Promise<boolean> {
  const rows = await query('delete from alerts.person_groups where name = $1 returning name', [name]);
  return rows.length > 0;
}
