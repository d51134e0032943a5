import { chanceOf } from '../simulate/life/chance.ts';
import type { Notice } from './notices/notice.ts';
import { ouraCollections } from './oura/collections.ts';
import type { Document } from './shelf.ts';
import type { Side } from './side.ts';
import { isWhoopCollection, whoopCollections } from './whoop/collections.ts';

export type Change = {
  readonly account: string;
  /** The name in the vendor's address: `daily_sleep`, `vO2_max`; `sleep`, `recovery`, `workout` or `cycle` of WHOOP. */
  readonly collection: string;
  readonly document: Document;
  /** Whether the vendor tells of it; what it never tells of is not told in any case. */
  readonly notify: boolean;
};

export type Removal = Pick<Change, 'account' | 'collection' | 'notify'> & { readonly id: string };

type Surroundings = {
  readonly side: Side;
  readonly send: (notice: Notice) => void;
  /** Runs after so many milliseconds, unless the simulator ends before. */
  readonly later: (ms: number, run: () => void) => void;
};

export type Documents = ReturnType<typeof createDocuments>;

/** What happens to documents at one vendor, and the notices of it. */
export function createDocuments({ side, send, later }: Surroundings) {
  const { vendor, seed, now, accounts, shelf, faults } = side;
  let nr = 0;
  let changes = 0;

  function tell(
    about: Pick<Change, 'account' | 'collection'>,
    event: Notice['event'],
    document: Document,
  ): void {
    const subject = subjectOf(side, about.collection, document);
    if (!subject) return;
    nr += 1;
    send({ vendor, account: about.account, ...subject, event, at: now(), nr });
  }

  function store({ account, collection, document, notify }: Change): void {
    const lag = collection === 'recovery' ? faults.get().recoveryLagMs : 0;
    const entry = { id: idOf(side, collection, document), document, visibleFrom: now() + lag };
    const event = shelf.put(account, collection, entry);
    if (notify) tell({ account, collection }, event, document);
  }

  return {
    /** Creates the document or replaces the one with its id. @throws RangeError for an account nobody added. */
    put(change: Change): void {
      if (!accounts.find(change.account)) throw new RangeError(`${vendor} has no account ${change.account}.`);
      const { pendingScoreShare, pendingScoreMs } = faults.get();
      const isPending = chanceOf(seed, vendor, 'score', (changes += 1)).happens(pendingScoreShare);
      if (!isPending || change.document.score_state !== 'SCORED') {
        store(change);
        return;
      }
      const { score, ...unscored } = change.document;
      store({ ...change, document: { ...unscored, score_state: 'PENDING_SCORE' } });
      const updated_at = new Date(now() + pendingScoreMs).toISOString();
      later(pendingScoreMs, () =>
        store({ ...change, document: { ...unscored, score, score_state: 'SCORED', updated_at } }),
      );
    },

    /** Whether there was one. WHOOP's recoveries go with their sleep. */
    remove({ account, collection, id, notify }: Removal): boolean {
      const document = shelf.find(account, collection, id, Infinity);
      if (!document) return false;
      const recoveries =
        vendor === 'whoop' && collection === 'sleep' ? shelf.list(account, 'recovery', Infinity) : [];
      shelf.remove(account, collection, id);
      if (notify) tell({ account, collection }, 'delete', document);
      for (const recovery of recoveries.filter(({ sleep_id }) => sleep_id === id)) {
        shelf.remove(account, 'recovery', String(recovery.cycle_id));
        if (notify) tell({ account, collection: 'recovery' }, 'delete', recovery);
      }
      return true;
    },

    /** A notice of something that need not exist. */
    notify(account: string, about: Pick<Notice, 'dataType' | 'objectId' | 'event'>): void {
      nr += 1;
      send({ vendor, account, ...about, at: now(), nr });
    },
  };
}

function idOf({ vendor }: Side, collection: string, document: Document): string {
  if (vendor === 'whoop' && isWhoopCollection(collection)) return whoopCollections[collection].idOf(document);
  if (vendor === 'oura' && Object.hasOwn(ouraCollections, collection)) {
    return String(document.id ?? document.day ?? document.timestamp);
  }
  throw new RangeError(`${vendor} has no collection ${collection}.`);
}

function subjectOf(side: Side, collection: string, document: Document) {
  if (side.vendor === 'oura') {
    const dataType = ouraCollections[collection]?.dataType;
    return dataType && { dataType, objectId: idOf(side, collection, document) };
  }
  const objectId = isWhoopCollection(collection) && whoopCollections[collection].noticeIdOf?.(document);
  return objectId ? { dataType: collection, objectId } : undefined;
}
