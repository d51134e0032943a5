import type { AlertMatch, Routing } from '@bridge/contracts';
import type { Vault } from '@bridge/vault';
import { placedRoutes } from './domain/placed-routes.ts';
import type { Access, RecordAccess } from './rows/access-log.ts';

/** Records that somebody is about to be shown matchers with the names of persons. A prefix names nobody in particular. */
export type RecordNamed = (
  access: Omit<Access, 'subjectIds'>,
  matches: readonly AlertMatch[],
) => Promise<void>;

export function createRecordNamed(vault: Pick<Vault, 'find'>, recordAccess: RecordAccess): RecordNamed {
  return async function recordNamed(access, matches) {
    const userIds = new Set(matches.flatMap(namedUserIds));
    if (userIds.size === 0) return;
    const people = await vault.find(userIds);
    await recordAccess({ ...access, subjectIds: [...people.values()].map(({ subjectId }) => subjectId) });
  };
}

export function matchesOfRouting(routing: Routing): AlertMatch[] {
  return [
    ...placedRoutes(routing).flatMap(({ route }) => route.match ?? []),
    ...routing.inhibitions.flatMap(({ source, target }) => [source, target]),
  ];
}

/** Of persons who are named in full. */
export function namedUserIds({ user_id: values = [] }: AlertMatch): string[] {
  return values.filter((value) => typeof value === 'string');
}
