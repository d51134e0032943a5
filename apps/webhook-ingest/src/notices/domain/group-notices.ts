import type { Notice } from './notice.ts';

/** A stored notice that waits for its document. */
export type WaitingNotice = {
  /** Hex. */
  readonly noticeId: string;
  readonly notice: Notice;
  readonly receivedMs: number;
  /** How often its document was not there. */
  readonly attempts: number;
};

/** Everything that waits about one object; one fetch answers it all. */
export type NoticedObject = {
  readonly dataType: string;
  readonly objectId: string;
  /** Nothing but deletions were announced: there is nothing to fetch. */
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

/** When both were announced, a document that is not there tells that the deletion came last. */
export function wasDeleted({ notices }: NoticedObject): boolean {
  return notices.some(({ notice }) => notice.operation === 'delete');
}

/** Those of which something was noticed since then, with everything older that waits about them. */
export function noticedSince(objects: readonly NoticedObject[], sinceMs: number): readonly NoticedObject[] {
  return objects.filter(({ notices }) => notices.some(({ receivedMs }) => receivedMs >= sinceMs));
}
