import type { RelayRow } from '@bridge/kafka';
import type { Outbox, Query } from '@bridge/postgres';
import type { Announcement } from './announce.ts';

/** Persons among these whose older rows another process has not published yet. */
export async function blockedBy(
  outbox: Outbox,
  query: Query,
  announcements: readonly Announcement[],
): Promise<ReadonlySet<string>> {
  const subjectIds = new Set(announcements.flatMap(({ entry }) => entry.subjectId ?? []));
  return subjectIds.size === 0 ? new Set() : outbox.blocked(query, [...subjectIds]);
}

/** Committed announcements, with the ids that their rows got, for the relay. */
export function relayRows(
  announced: readonly Announcement[],
  outboxIds: readonly number[],
): readonly RelayRow[] {
  return announced.flatMap(({ message, entry: { subjectId } }, index) => {
    const id = outboxIds[index];
    return id === undefined ? [] : [{ id, subjectId, message }];
  });
}
