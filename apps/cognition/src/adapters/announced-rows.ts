import type { RelayRow } from '@bridge/kafka';
import type { Announcement } from './announce.ts';

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
