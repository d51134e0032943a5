import { chanceOf } from '../simulate/life/chance.ts';
import type { Notice } from './notices/notice.ts';
import { ouraCollections } from './oura/collections.ts';
import type { Document } from './document-store.ts';
import type { VendorState } from './vendor-state.ts';
import { isWhoopCollection, whoopCollections } from './whoop/collections.ts';

export type Change = {
  readonly account: string;
  /** The name in the vendor's address: `daily_sleep`, `vO2_max`; `sleep`, `recovery`, `workout` or `cycle` of WHOOP. */
  readonly collection: string;
  readonly document: Document;
  /** Whether the vendor sends a notice. Some collections never have notices. */
  readonly notify: boolean;
};

export type Removal = Pick<Change, 'account' | 'collection' | 'notify'> & { readonly id: string };

type Surroundings = {
  readonly state: VendorState;
  readonly send: (notice: Notice) => void;
  /** Runs after so many milliseconds, unless the simulator ends before. */
  readonly later: (ms: number, run: () => void) => void;
};

export type DocumentChanges = ReturnType<typeof createDocumentChanges>;

/** Changes the documents of one vendor, and sends the notices. */
export function createDocumentChanges({ state, send, later }: Surroundings) {
  const { vendor, seed, now, accounts, documentStore, faults } = state;
  let nr = 0;
  let changes = 0;

  function sendNotice(
    about: Pick<Change, 'account' | 'collection'>,
    event: Notice['event'],
    document: Document,
  ): void {
    const subject = subjectOf(state, about.collection, document);
    if (!subject) return;
    nr += 1;
    send({ vendor, account: about.account, ...subject, event, at: now(), nr });
  }

  function store({ account, collection, document, notify }: Change): void {
    const lag = collection === 'recovery' ? faults.get().recoveryLagMs : 0;
    const entry = { id: idOf(state, collection, document), document, visibleFrom: now() + lag };
    const event = documentStore.put(account, collection, entry);
    if (notify) sendNotice({ account, collection }, event, document);
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

    /** Returns whether the document existed. WHOOP's recoveries are removed with their sleep. */
    remove({ account, collection, id, notify }: Removal): boolean {
      const document = documentStore.find(account, collection, id, Infinity);
      if (!document) return false;
      const recoveries =
        vendor === 'whoop' && collection === 'sleep' ? documentStore.list(account, 'recovery', Infinity) : [];
      documentStore.remove(account, collection, id);
      if (notify) sendNotice({ account, collection }, 'delete', document);
      for (const recovery of recoveries.filter(({ sleep_id }) => sleep_id === id)) {
        documentStore.remove(account, 'recovery', String(recovery.cycle_id));
        if (notify) sendNotice({ account, collection: 'recovery' }, 'delete', recovery);
      }
      return true;
    },

    /** Sends a notice of an object that need not exist. */
    notify(account: string, about: Pick<Notice, 'dataType' | 'objectId' | 'event'>): void {
      nr += 1;
      send({ vendor, account, ...about, at: now(), nr });
    },
  };
}

function idOf({ vendor }: VendorState, collection: string, document: Document): string {
  if (vendor === 'whoop' && isWhoopCollection(collection)) return whoopCollections[collection].idOf(document);
  if (vendor === 'oura' && Object.hasOwn(ouraCollections, collection)) {
    return String(document.id ?? document.day ?? document.timestamp);
  }
  throw new RangeError(`${vendor} has no collection ${collection}.`);
}

function subjectOf(state: VendorState, collection: string, document: Document) {
  if (state.vendor === 'oura') {
    const dataType = ouraCollections[collection]?.dataType;
    return dataType && { dataType, objectId: idOf(state, collection, document) };
  }
  const objectId = isWhoopCollection(collection) && whoopCollections[collection].noticeIdOf?.(document);
  return objectId ? { dataType: collection, objectId } : undefined;
}
