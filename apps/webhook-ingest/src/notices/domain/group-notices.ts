import type { Notice } from './notice.ts';

/** A stored notice whose document was not fetched yet. */
export type WaitingNotice = {
  /** Hex. */
  readonly noticeId: string;
  readonly notice: Notice;
  readonly receivedMs: number;
  /** How often its document was missing. */
  readonly attempts: number;
};

/** All waiting notices of one object; one fetch answers them all. */
export type NoticedObject = {
  readonly dataType: string;
  readonly objectId: string;
  /** Only deletions were announced: there is nothing to fetch. */
  readonly isDeleted: boolean;
  readonly notices: readonly WaitingNotice[];
};

/** Keeps the order in which objects are named first. */
export function groupNotices(notices: readonly WaitingNotice[]): NoticedObject[] {
  const groups = Map.groupBy(notices, ({ notice }) => JSON.stringify([notice.dataType, notice.objectId]));
  return [...groups.values()].flatMap((group) => {
    const first = group[0]?.notice;
    if (first === undefined) return [];
    const { dataType, objectId } = first;
    const isDeleted = group.every(({ notice }) => notice.operation === 'delete');
    return [{ dataType, objectId, isDeleted, notices: group }];
  });
}

/** If a change and a deletion were announced, a missing document means that the deletion came last. */
export function wasDeleted({ notices }: NoticedObject): boolean {
  return notices.some(({ notice }) => notice.operation === 'delete');
}

/** Objects with a notice since then, including their older notices. */
export function noticedSince(objects: readonly NoticedObject[], sinceMs: number): readonly NoticedObject[] {
  return objects.filter(({ notices }) => notices.some(({ receivedMs }) => receivedMs >= sinceMs));
}
